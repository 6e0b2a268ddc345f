package io.modelhub.local.demo;

/**
 * How real calls to large language models are shaped, measured on two public traces.
 *
 * <p>The Azure LLM inference trace 2023, code completion (Microsoft, CC-BY-4.0; 8,819 calls in 57 minutes): tokens and the
 * gaps between calls. Its mean is 2,047.8 tokens in and 27.9 out, uncorrelated (0.001); its calls come in bursts (the
 * coefficient of variation of the gaps is 13).
 *
 * <p>The Exgentic agent LLM traces (CDLA-Permissive-2.0; 2,294 calls): how long calls take and how many fail.
 */
final class MeasuredCalls {

    /** Azure: context tokens of a call. */
    static final Quantiles TOKENS_INPUT = new Quantiles(3, 17, 75, 147, 578, 1_469, 2_745, 5_194, 7_315, 7_436, 7_437);

    /** Azure: generated tokens of a call. */
    static final Quantiles TOKENS_OUTPUT = new Quantiles(6, 6, 6, 7, 9, 13, 24, 55, 90, 252, 1_899);

    /** Azure: seconds from one call to the next. */
    static final Quantiles GAP_SECONDS = new Quantiles(
            0.000_006,
            0.000_022,
            0.000_088,
            0.000_209,
            0.002_077,
            0.063_812,
            0.103_997,
            0.273_039,
            0.400_846,
            2.205_167,
            217.168_952);

    /** Exgentic: milliseconds that a successful call takes. */
    static final Quantiles LATENCY_MS =
            new Quantiles(1, 17, 2_121, 2_571, 4_154, 7_138, 14_185, 29_021, 39_279, 56_511, 295_068);

    /** Exgentic: 148 of 2,294 calls failed. They have no duration there, so they get no latency here. */
    static final double FAILURES = 148.0 / 2_294;

    /** Neither trace tells timeouts from other failures; one in five is a choice, so that there are some to see. */
    static final double TIMEOUTS_OF_FAILURES = 0.2;

    /** What clients commonly wait for an answer; a choice, too. */
    static final long TIMEOUT_MS = 60_000;

    private MeasuredCalls() {}
}
