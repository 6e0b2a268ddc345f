package io.modelhub.catalog;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.modelhub.catalog", importOptions = ImportOption.DoNotIncludeTests.class)
class LayoutTest {

    @ArchTest
    static final ArchRule appsShareTopicsOnly = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.modelhub.ingest..", "io.modelhub.aggregator..", "io.modelhub.local..")
            .because(
                    "the apps never import each other: what they share is on a topic, its shape in the schemas module");

    @ArchTest
    static final ArchRule packagesKnowOnlyWhatTheyReferTo = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("app")
            .definedBy("io.modelhub.catalog")
            .layer("check")
            .definedBy("io.modelhub.catalog.check")
            .layer("answer")
            .definedBy("io.modelhub.catalog.answer")
            .layer("page")
            .definedBy("io.modelhub.catalog.page")
            .layer("audit")
            .definedBy("io.modelhub.catalog.audit")
            .layer("outbox")
            .definedBy("io.modelhub.catalog.outbox")
            .layer("request")
            .definedBy("io.modelhub.catalog.request")
            .layer("openapi")
            .definedBy("io.modelhub.catalog.openapi")
            .layer("organization")
            .definedBy("io.modelhub.catalog.organization")
            .layer("provider")
            .definedBy("io.modelhub.catalog.provider")
            .layer("model")
            .definedBy("io.modelhub.catalog.model")
            .layer("key")
            .definedBy("io.modelhub.catalog.key")
            .layer("command")
            .definedBy("io.modelhub.catalog.command")
            .layer("mirror")
            .definedBy("io.modelhub.catalog.mirror")
            .layer("prices")
            .definedBy("io.modelhub.catalog.prices")
            .layer("follow")
            .definedBy("io.modelhub.catalog.follow")
            .layer("quota")
            .definedBy("io.modelhub.catalog.quota")
            .layer("performance")
            .definedBy("io.modelhub.catalog.performance")
            .layer("condition")
            .definedBy("io.modelhub.catalog.condition")
            .layer("rule")
            .definedBy("io.modelhub.catalog.rule")
            .layer("routing")
            .definedBy("io.modelhub.catalog.routing")
            .layer("summary")
            .definedBy("io.modelhub.catalog.summary")
            .whereLayer("app")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("organization")
            .mayOnlyBeAccessedByLayers("key", "rule")
            .whereLayer("provider")
            .mayOnlyBeAccessedByLayers("model", "key", "prices")
            .whereLayer("model")
            .mayOnlyBeAccessedByLayers("prices", "rule", "app")
            .whereLayer("key")
            .mayOnlyBeAccessedByLayers("routing", "app")
            .whereLayer("mirror")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("summary")
            .mayOnlyBeAccessedByLayers("app")
            .whereLayer("prices")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("rule")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("routing")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("condition")
            .mayOnlyBeAccessedByLayers("rule", "routing")
            .whereLayer("follow")
            .mayOnlyBeAccessedByLayers("quota", "performance", "routing")
            .whereLayer("quota")
            .mayOnlyBeAccessedByLayers("key", "routing")
            .whereLayer("performance")
            .mayOnlyBeAccessedByLayers("routing")
            .whereLayer("outbox")
            .mayOnlyBeAccessedByLayers(
                    "request", "organization", "provider", "model", "key", "rule", "prices", "mirror")
            .whereLayer("request")
            .mayOnlyBeAccessedByLayers("organization", "provider", "model", "key", "rule", "openapi", "app")
            .whereLayer("openapi")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("audit")
            .mayOnlyBeAccessedByLayers("outbox", "key")
            .because("an entity knows the entities that it refers to and nothing that refers to it;"
                    + " ask for what you need through the package that owns it");

    @ArchTest
    static final ArchRule noCycles = slices().matching("io.modelhub.catalog.(*)..")
            .should()
            .beFreeOfCycles()
            .because("the folders tell one story from check over outbox to the entities");

    @ArchTest
    static final ArchRule onlyTheOutboxWritesTopics = noClasses()
            .that()
            .resideOutsideOfPackage("io.modelhub.catalog.outbox")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.apache.kafka.clients.producer..")
            .because("a record that is sent outside the outbox may tell of a change that is rolled back;"
                    + " use Change.publish");

    @ArchTest
    static final ArchRule onlyChangesOpensTransactions = noClasses()
            .that()
            .doNotHaveFullyQualifiedName("io.modelhub.catalog.outbox.Changes")
            .and()
            .resideOutsideOfPackage("io.modelhub.catalog.answer")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework.transaction..")
            .because("a transaction of its own would change the catalog without publishing it; use Changes.commit");

    @ArchTest
    static final ArchRule routingAsksNoDatabase = noClasses()
            .that()
            .resideInAnyPackage(
                    "io.modelhub.catalog.routing", "io.modelhub.catalog.performance", "io.modelhub.catalog.condition")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "org.springframework.jdbc..", "org.springframework.data..")
            .because("a call is routed from memory, while the database is away too; follow a topic instead");

    @ArchTest
    static final ArchRule onlyTheKeyPackageEncrypts = noClasses()
            .that()
            .resideOutsideOfPackage("io.modelhub.catalog.key")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.crypto..")
            .because("a secret in the clear never leaves the key package");
}
