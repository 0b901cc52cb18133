namespace MissBgm.Bench.Graphs;

/// <summary>Processor time of short pieces of work, which other programs on the machine disturb less than the clock on the wall.</summary>
internal static class Timing
{
    private const int Rounds = 9;
    private const double RoundMicroseconds = 60_000;

    /// <summary>Microseconds of one run of each, measured in turn round after round; the median of the rounds.</summary>
    public static double[] Microseconds(params Action[] actions)
    {
        var runs = actions.Select(action => { action(); action(); return Math.Max(1, (int)(RoundMicroseconds / Measure(action, 3))); }).ToArray();
        var rounds = Enumerable.Range(0, Rounds).Select(_ => actions.Select((action, i) => Measure(action, runs[i])).ToArray()).ToArray();
        return [.. actions.Select((_, i) => rounds.Select(round => round[i]).Order().ElementAt(Rounds / 2))];
    }

    private static double Measure(Action action, int runs)
    {
        var start = Environment.CpuUsage.TotalTime;
        for (var run = 0; run < runs; run++) action();
        return (Environment.CpuUsage.TotalTime - start).TotalMicroseconds / runs;
    }
}
