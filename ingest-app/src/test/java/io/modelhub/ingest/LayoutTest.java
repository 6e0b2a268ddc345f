package io.modelhub.ingest;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.modelhub.ingest", importOptions = ImportOption.DoNotIncludeTests.class)
class LayoutTest {

    @ArchTest
    static final ArchRule appsNeverImportApps = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.modelhub.aggregator..", "io.modelhub.catalog..", "io.modelhub.local..")
            .because("apps share only topics, and their shape is in schemas");

    @ArchTest
    static final ArchRule rulesArePure = noClasses()
            .that()
            .resideInAPackage("..check..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.springframework..",
                    "org.apache.kafka..",
                    "tools.jackson..",
                    "java.net..",
                    "..http..",
                    "..publish..",
                    "..run..")
            .because("a rule is a function of the event and the time given; a way in maps its format to a SentEvent");

    @ArchTest
    static final ArchRule rulesHaveNoClock = noClasses()
            .that()
            .resideInAPackage("..check..")
            .should()
            .callMethod(java.time.Instant.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .because("the time is given to the rules");

    @ArchTest
    static final ArchRule waysInDoNotKnowTheBroker = noClasses()
            .that()
            .resideInAPackage("..http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..", "io.modelhub.topic..")
            .because("every way in ends at UsageIntake, which alone decides what is acknowledged");

    @ArchTest
    static final ArchRule publishingDoesNotKnowTheWaysIn = noClasses()
            .that()
            .resideInAPackage("..publish..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..http..", "..run..", "jakarta.servlet..")
            .because("the stages follow one another: http, check, publish");

    @ArchTest
    static final ArchRule noCycles =
            slices().matching("io.modelhub.ingest.(*)..").should().beFreeOfCycles();
}
