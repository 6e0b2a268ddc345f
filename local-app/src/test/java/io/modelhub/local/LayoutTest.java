package io.modelhub.local;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.modelhub", importOptions = ImportOption.DoNotIncludeTests.class)
class LayoutTest {

    @ArchTest
    static final ArchRule RUNS_THE_APPS_AND_NEVER_CALLS_THEM = noClasses()
            .that()
            .resideInAPackage("io.modelhub.local..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.modelhub.ingest..", "io.modelhub.aggregator..", "io.modelhub.catalog..")
            .because("the apps are child processes; talk to them over HTTP or a topic");

    @ArchTest
    static final ArchRule THE_AGENT_USES_THE_JDK_ALONE = classes()
            .that()
            .resideInAPackage("io.modelhub.local.agent..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.modelhub.local.agent..", "java..", "sun.misc..", "org.jspecify..")
            .because("it runs inside every child process, beside libraries of other versions");

    @ArchTest
    static final ArchRule THE_PLATFORM_KNOWS_NO_DEMO_AND_NO_COMMAND_LINE = noClasses()
            .that()
            .resideInAPackage("io.modelhub.local.platform..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.modelhub.local", "io.modelhub.local.demo..", "io.modelhub.local.torture..", "picocli..")
            .because("tests start it, too; put what a command needs into io.modelhub.local");
}
