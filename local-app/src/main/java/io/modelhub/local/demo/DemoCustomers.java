package io.modelhub.local.demo;

import java.util.List;

/** The organizations of the demo and their API keys; all are made up. */
final class DemoCustomers {

    /** @param timeZone IANA name */
    record Customer(String id, String name, String timeZone) {}

    static final List<Customer> ORGANIZATIONS = List.of(
            new Customer("acme-robotics", "Acme Robotics", "America/New_York"),
            new Customer("bluefin-bank", "Bluefin Bank", "Europe/London"),
            new Customer("cedar-health", "Cedar Health", "Asia/Kolkata"),
            new Customer("dune-games", "Dune Games", "America/Los_Angeles"),
            new Customer("evergreen-news", "Evergreen News", "UTC"));

    /**
     * Two quotas are made to be reached: that of a day, and that of a month as well, because a trace that is moved to end just
     * after midnight lies in yesterday but for its last calls, and only the current periods disable a key.
     */
    static final List<DemoKey> KEYS = List.of(
            new DemoKey("Acme production", "acme-robotics", "openai", 22, null, "10000"),
            new DemoKey("Acme coding assistants", "acme-robotics", "anthropic", 16, "500", null),
            new DemoKey("Bluefin assistants", "bluefin-bank", "openai", 14, "500", "5000"),
            new DemoKey("Bluefin batch jobs", "bluefin-bank", "mistral", 8, null, null),
            new DemoKey("Cedar triage", "cedar-health", "gemini", 11, "200", null),
            new DemoKey("Cedar trial", "cedar-health", "openai", 9, "0.02", "0.10"),
            new DemoKey("Dune characters", "dune-games", "deepseek", 11, null, "1000"),
            new DemoKey("Shared trial", null, "gemini", 9, null, "0.05"));

    private DemoCustomers() {}
}
