using System.Text;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Studies;

/// <summary>What the automatic choice costs and gains where its assumptions hold, and where they do not.</summary>
internal static class RobustnessStudy
{
    private const int Seeds = 3;
    private static readonly double Half = StandardNormal.Quantile(0.6);

    public static Study Create() => new(
        "robustness", "Robustness: the automatic choice on scenarios of known law",
        ["scenario", "missing", "chosen", "column_mean", "ignorable", "auto", "oracle"],
        [
            .. from scenario in Scenarios
                from seed in Enumerable.Range(1, Seeds)
                select new StudyCase($"{scenario.Name}; seed {seed}", () => Measure(scenario, (ulong)seed)),
        ],
        Summarise);

    private static IEnumerable<Scenario> Scenarios =>
    [
        // As the method's prototype was tried.
        new("Gaussian noise, its upper 40 % hidden") { Observed = Above },
        new("Gaussian noise, MCAR") { Observed = Mcar },
        new("half-normal noise, MCAR") { Noise = NoiseLaws.HalfNormal, Observed = Mcar },
        new("half-normal noise, its upper 40 % hidden") { Noise = NoiseLaws.HalfNormal, Observed = Cut(NoiseLaws.HalfNormal) },
        new("log-normal noise, its upper 40 % hidden") { Noise = NoiseLaws.LogNormal, Observed = Cut(NoiseLaws.LogNormal) },
        new("t noise (4 d.f.), its upper 40 % hidden") { Noise = NoiseLaws.StudentT4, Observed = Cut(NoiseLaws.StudentT4) },
        new("MAR by an anchor") { Observed = cell => Logistic(0.4 + 1.5 * cell.Anchor) },
        new("logistic in the raw value (Gaussian noise)") { Observed = cell => Logistic(0.5 - cell.Value) },

        new("lower 40 % hidden") { Observed = cell => cell.Noise > -Half ? 1 : 0 },
        new("soft threshold, rho = 0.7") { Observed = cell => StandardNormal.Cdf((Half - 0.7 * cell.Noise) / Math.Sqrt(0.51)) },
        new("another threshold in each column: 10 to 70 % hidden")
        {
            Observed = cell => cell.Noise <= StandardNormal.Quantile(0.9 - 0.6 * cell.Column / 19) ? 1 : 0,
        },
        new("both tails hidden") { Observed = cell => Math.Abs(cell.Noise) < 1 ? 1 : 0 },
        new("heteroscedastic noise, its upper 40 % hidden") { Heteroscedastic = true, Observed = Above },
        new("heteroscedastic noise, MCAR") { Heteroscedastic = true, Observed = Mcar },
        new("nonlinear means, upper 40 % of the noise hidden") { Nonlinear = true, Observed = Above },
        new("nonlinear means, MCAR") { Nonlinear = true, Observed = Mcar },
        new("nonlinear means, MAR by an anchor") { Nonlinear = true, Observed = cell => Logistic(0.4 + 1.5 * cell.Anchor) },
        new("two groups of columns: upper 40 % hidden, MCAR") { Observed = cell => cell.Column % 2 == 0 ? Above(cell) : Mcar(cell) },
        new("two groups of rows: upper 40 % hidden, MCAR") { Observed = cell => cell.Anchor > 0 ? Above(cell) : Mcar(cell) },
        new("p = 5, upper 40 % hidden") { Columns = 5, Anchors = 2, Observed = Above },
        new("p = 5, MCAR") { Columns = 5, Anchors = 2, Observed = Mcar },
        new("n = 100, upper 40 % hidden") { Rows = 100, Observed = Above },
        new("n = 100, MCAR") { Rows = 100, Observed = Mcar },
        new("Laplace noise, logistic in the raw value") { Noise = NoiseLaws.Laplace, Observed = cell => Logistic(0.5 - cell.Value) },
        new("exponential noise, MAR by an anchor") { Noise = NoiseLaws.Exponential, Observed = cell => Logistic(0.4 + 1.5 * cell.Anchor) },
        new("uniform noise, MCAR") { Noise = NoiseLaws.Uniform, Observed = Mcar },
        new("two-humped noise, MCAR") { Noise = NoiseLaws.TwoHumps, Observed = Mcar },
    ];

    private static double Above(CellView cell) => cell.Noise <= StandardNormal.Quantile(0.6) ? 1 : 0;

    private static double Mcar(CellView cell) => 0.6;

    private static Func<CellView, double> Cut(Func<double, double> noise) => cell => cell.Noise <= noise(0.6) ? 1 : 0;

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-x));

    private static IReadOnlyList<string> Measure(Scenario scenario, ulong seed)
    {
        var table = scenario.Draw(1000 + seed);
        var scale = Enumerable.Repeat(1.0, table.Columns).ToArray();
        string Error(double[] point) => CoreFit.Rmse(point, table.Truth, table.Incomplete, scale).ToString("F4");
        var auto = CoreFit.Run(table.Incomplete, table.Columns, "auto", seed);
        var ignorable = auto.Evidence.Chosen == Mechanism.Ignorable ? auto : CoreFit.Run(table.Incomplete, table.Columns, "ignorable", seed);
        return
        [
            scenario.Name, table.Incomplete.Average(v => double.IsNaN(v) ? 1.0 : 0).ToString("F3"), auto.Evidence.Chosen.Name(),
            Error(CoreFit.ColumnMeans(table.Incomplete, table.Columns)), Error(ignorable.Point), Error(auto.Point), Error(table.Oracle),
        ];
    }

    private static string Summarise(IReadOnlyList<StudyResult> results)
    {
        var text = new StringBuilder(
            $"Errors are RMSEs over hidden cells, means over {Seeds} draws of the table (1,000 x 25 with 5 columns never missing, "
            + "unless said). Change: `auto` against `ignorable`.\n");
        text.Append("The oracle knows each cell's mean and scale given the anchors, the noise's law and the rule.\n\n");
        text.Append("| scenario | chosen | column mean | ignorable | auto | oracle | change |\n| --- | --- | --- | --- | --- | --- | --- |\n");
        foreach (var group in results.GroupBy(r => r["scenario"]))
        {
            double Mean(string column) => group.Average(r => r.Number(column));
            var chosen = string.Join(", ", group.GroupBy(r => r["chosen"]).OrderByDescending(g => g.Count()).Select(g => $"{g.Key} {g.Count()}"));
            text.Append(
                $"| {group.Key} | {chosen} | {Mean("column_mean"):F3} | {Mean("ignorable"):F3} | {Mean("auto"):F3} | "
                + $"{Mean("oracle"):F3} | {Mean("auto") / Mean("ignorable") - 1:+0.0 %;-0.0 %;0 %} |\n");
        }

        return text.ToString();
    }
}
