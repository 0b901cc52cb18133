using System.Text;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Studies;

/// <summary>How often the choice rule sees a mechanism where there is none, and how its one tolerance trades that against power.</summary>
internal static class FalseAlarmStudy
{
    private const double Threshold = 3;
    private const double ScoreThreshold = 10;
    private static readonly double[] Tolerances = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.8, 1.2, double.PositiveInfinity];

    private static readonly (string Name, Func<double, double> Quantile)[] Laws =
    [
        ("Gaussian", StandardNormal.Quantile), ("half-normal", NoiseLaws.HalfNormal), ("log-normal", NoiseLaws.LogNormal), ("t4", NoiseLaws.StudentT4),
        ("Laplace", NoiseLaws.Laplace), ("uniform", NoiseLaws.Uniform), ("exponential", NoiseLaws.Exponential), ("two-humped", NoiseLaws.TwoHumps),
    ];

    private static readonly double[] Cuts = [0.25, 0.4, 0.5, 0.6, 0.75, 0.9];
    private static readonly double[] ObservedUnderCuts = [0.4, 0.7];
    private static readonly double[] Correlations = [0.8, 0.95, 1];
    private static readonly double[] ObservedUnderSelection = [0.3, 0.5, 0.75];

    private static readonly int[] OneFactorRows = [100, 200, 500];

    private static readonly (int Rows, int Columns)[] Sizes = [(300, 15), (300, 30), (1000, 15)];

    public static Study Create() => new(
        "false-alarms", "The choice rule's false alarms, and its tolerance",
        [
            "kind", "noise", "chosen", "selection_z", "selection_score", "cut_shift", "cut_z", "shared_z", "shared_score",
            "shared_cut_shift", "shared_cut_z", "self_log_bayes_factor", "self_null_largest", "power",
        ],
        [
            .. Ignorable("MCAR", 9, _ => 0.65), .. Ignorable("MAR", 9, cell => Logistic(1.2 * cell.Anchor)), .. Mar(), .. CutNoise(),
            .. Selection("selection", (500, 20), 6), .. Selection("selection, large", (3000, 20), 2), .. OneFactor(),
        ],
        Summarise);

    // 8 laws x 3 sizes x 3 seeds: 72 tables of each.
    private static IEnumerable<StudyCase> Mar() =>
    [
        .. Ignorable("MAR left", 3, cell => Logistic(-1.2 * cell.Anchor)),
        .. Ignorable("MAR, strong", 3, cell => Logistic(3 * cell.Anchor)),
        .. Ignorable("MAR by groups", 3, cell => cell.Anchor > 0.3 ? 0.85 : 0.5),
        .. Ignorable("MAR by two anchors", 3, cell => Logistic(0.8 * cell.Anchor - 0.8 * cell.Second)),
    ];

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-0.7 - x));

    // 8 laws x 3 sizes: no two tables of one kind have one seed.
    private static IEnumerable<StudyCase> Ignorable(string kind, int seeds, Func<CellView, double> observed) =>
        from seed in Enumerable.Range(1, seeds)
        from law in Laws
        from size in Sizes
        select Case(kind, law.Name, size, seed + 10 * Array.IndexOf(Laws, law) + 100 * Array.IndexOf(Sizes, size), law.Quantile, observed);

    // Gaussian noise cut off above a quantile, under MCAR: looks like selection, but for the place of the cut, unless that is the share observed.
    private static IEnumerable<StudyCase> CutNoise() =>
        from cut in Cuts
        from observed in ObservedUnderCuts
        from seed in Enumerable.Range(1, 6)
        select Case("cut noise, MCAR", $"cut at {cut:0.00}, {observed:0.0} observed", (500, 20), seed, NoiseLaws.Cut(cut), _ => observed);

    private static IEnumerable<StudyCase> Selection(string kind, (int Rows, int Columns) size, int seeds) =>
        from rho in Correlations
        from observed in ObservedUnderSelection
        from seed in Enumerable.Range(1, seeds)
        select Case(
            kind, $"rho {rho:0.00}, {observed:0.00} observed", size, seed, StandardNormal.Quantile,
            cell => Probit(StandardNormal.Quantile(observed) - rho * cell.Noise, Math.Sqrt(1 - rho * rho)));

    // Ten columns, eight with masks, that one factor runs through: what self-masking identifies by n, and what passes for it.
    private static IEnumerable<StudyCase> OneFactor() =>
        from seed in Enumerable.Range(1, 20)
        from rows in OneFactorRows
        from law in OneFactorLaws.All
        select new StudyCase($"{law.Name}; n {rows}; {rows} x {law.Columns.Count}; seed {seed}", () =>
            Evidence(law.Name, $"n {rows}", law.Draw(rows, 60_000 + (ulong)seed), law.Columns.Count, seed));

    private static double Probit(double above, double spread) => spread == 0 ? (above >= 0 ? 1 : 0) : StandardNormal.Cdf(above / spread);

    private static StudyCase Case(
        string kind, string noise, (int Rows, int Columns) size, int seed, Func<double, double> quantile,
        Func<CellView, double> observed) =>
        new($"{kind}; {noise}; {size.Rows} x {size.Columns}; seed {seed}", () =>
        {
            var table =
                new Scenario(kind) { Rows = size.Rows, Columns = size.Columns, Anchors = 3, Noise = quantile, Observed = observed }.Draw(
                    20_000 + (ulong)seed, withOracle: false);
            return Evidence(kind, noise, table.Incomplete, table.Columns, seed);
        });

    private static IReadOnlyList<string> Evidence(string kind, string noise, double[] incomplete, int columns, int seed)
    {
        var evidence = CoreFit.Run(incomplete, columns, "auto", (ulong)seed, steps: 1).Evidence;
        double[] numbers =
        [
            evidence.Selection.Z, evidence.Selection.Score, evidence.Selection.CutShift, evidence.Selection.CutZ,
            evidence.SharedSelection.Z, evidence.SharedSelection.Score, evidence.SharedSelection.CutShift,
            evidence.SharedSelection.CutZ, evidence.Self!.LogBayesFactor, evidence.Self.NullLargest ?? double.NaN,
            evidence.Self.Power ?? double.NaN,
        ];
        return [kind, noise, evidence.Chosen.Name(), .. numbers.Select(number => number.ToString("G5"))];
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder(
            "Tables of 300 x 15, 300 x 30 and 1,000 x 15 (cut noise and selection: 500 x 20, large: 3,000 x 20), 3 columns never "
            + "missing; noise of eight laws under MCAR and MAR: by an anchor, whose effect is 1.2 on the logit (strong: 3), by "
            + "whether it exceeds 0.3 (groups), or by two.\n\n"
            + "One factor: tables of ten columns of `bench/run inference` with indicators, eight of them with masks, by the first of the two "
            + "complete columns (1.5 on the logit, weakly 0.7), by the second, by either in turn, by their difference, by their sum, which is "
            + "the factor, or by their own values (probits per standard deviation).\n\n");
        text.Append("| kind | tables | chose selection | chose self |\n| --- | --- | --- | --- |\n");
        foreach (var group in results.GroupBy(r => r["kind"]))
        {
            text.Append($"| {group.Key} | {group.Count()} | {Share(group, r => r["chosen"] == "selection")} | {Share(group, r => r["chosen"] == "self")} |\n");
        }

        text.Append("\n## By noise\n\n| kind | noise | tables | chose selection | chose self | median cut shift |\n| --- | --- | --- | --- | --- | --- |\n");
        foreach (var group in results.GroupBy(r => (Kind: r["kind"], Noise: r["noise"])))
        {
            var shifts = group.Select(r => r.Number("cut_shift")).Order().ToArray();
            text.Append(
                $"| {group.Key.Kind} | {group.Key.Noise} | {group.Count()} | {group.Count(r => r["chosen"] == "selection")} | "
                + $"{group.Count(r => r["chosen"] == "self")} | {shifts[shifts.Length / 2]:F2} |\n");
        }

        text.Append(
            "\n## The tolerance of the cut\n\nSelection is refused where the noise is cut significantly (|z| > 3) elsewhere than "
            + "the mask says, by more than a tolerance; the rule's is 0.4. ");
        text.Append(
            "Share of tables in which selection would be chosen, by tolerance:\n\n"
            + $"| tolerance | {string.Join(" | ", results.Select(r => r["kind"]).Distinct())} |\n"
            + $"| --- |{string.Concat(results.Select(r => r["kind"]).Distinct().Select(_ => " --- |"))}\n");
        foreach (var tolerance in Tolerances)
        {
            var shares = results.GroupBy(r => r["kind"])
                .Select(group => Share(group, r => Passes(r, "", tolerance) || Passes(r, "shared_", tolerance)));
            text.Append($"| {(double.IsInfinity(tolerance) ? "none" : tolerance)} | {string.Join(" | ", shares)} |\n");
        }

        return text.ToString();
    }

    private static bool Passes(StudyResult r, string prefix, double tolerance)
    {
        var test = prefix.Length == 0 ? "selection_" : prefix;
        return r.Number($"{test}z") > Threshold && r.Number($"{test}score") > ScoreThreshold
            && !(Math.Abs(r.Number($"{prefix}cut_z")) > Threshold && Math.Abs(r.Number($"{prefix}cut_shift")) > tolerance);
    }

    private static string Share(IEnumerable<StudyResult> group, Func<StudyResult, bool> predicate)
    {
        var all = group.ToArray();
        return $"{all.Count(predicate)} of {all.Length} ({(double)all.Count(predicate) / all.Length:P1})";
    }
}
