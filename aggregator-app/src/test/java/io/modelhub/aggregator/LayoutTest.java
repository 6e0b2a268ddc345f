package io.modelhub.aggregator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The layout, held. */
@AnalyzeClasses(packages = "io.modelhub.aggregator", importOptions = ImportOption.DoNotIncludeTests.class)
class LayoutTest {

    private static final String[] STAGES = {
        "..source..",
        "..dedup..",
        "..price..",
        "..sum..",
        "..window..",
        "..ledger..",
        "..quota..",
        "..calendar..",
        "..publish.."
    };

    @ArchTest
    static final ArchRule appsMeetOnTopicsOnly = noClasses()
            .that()
            .resideInAPackage("io.modelhub.aggregator..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.modelhub.ingest..", "io.modelhub.catalog..", "io.modelhub.local..")
            .because("what apps share is on a topic; put its shape into the schemas module");

    @ArchTest
    static final ArchRule stagesAndQueriesKnowNoSpring = noClasses()
            .that()
            .resideOutsideOfPackages("io.modelhub.aggregator", "..aggregator.api..", "..aggregator.run..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("org.springframework..")
            .because("the topology is a function of its topics and settings; wire things up in run");

    @ArchTest
    static final ArchRule onlyTheTopologyKnowsAllStages = noClasses()
            .that()
            .resideInAnyPackage(STAGES)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..aggregator.topology..", "..aggregator.query..", "..aggregator.api..", "..aggregator.run..")
            .because("a stage must be usable without what comes after it");

    @ArchTest
    static final ArchRule windowsAndQuotasAreApart = noClasses()
            .that()
            .resideInAnyPackage("..aggregator.window..", "..aggregator.day..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..aggregator.quota..")
            .because("windows and days are what was used; what that means for a key's limit comes after");

    @ArchTest
    static final ArchRule storesAreReadThroughQuery = noClasses()
            .that()
            .resideInAPackage("..aggregator.api..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "..aggregator.topology..", "..aggregator.run..")
            .because("every way that a store read can end is told by query's answers");

    @ArchTest
    static final ArchRule fewTouchKafkasInternals = noClasses()
            .that()
            .resideOutsideOfPackages("..aggregator.ledger..", "..aggregator.catalog..")
            .and()
            .doNotHaveSimpleName("LoopingTopology")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.kafka.streams.state.internals..", "org.apache.kafka.streams.processor.internals..")
            .because(
                    "internals change with a Kafka version; what runs before a commit, the types of lent stores and the topology's loop"
                            + " are the only users");
}
