using MissBgm.Bench.Studies.Inference;
using MissBgm.Runtime.Numerics;

namespace MissBgm.Bench.Studies;

/// <summary>
/// Ten columns that one factor, the sum of the complete x1 and x2, runs through, and masks of y and seven indicators of it: by x1 and x2, or
/// by their own values.
/// </summary>
internal static class OneFactorLaws
{
    private const double Share = -0.405; // logit 40 %
    private const double Intercept = -0.35;

    public static IReadOnlyList<InferenceLaw> All { get; } =
    [
        By("one factor, MCAR", (_, _) => 0.4),
        By("one factor, MAR by x1", (_, row) => Logistic(1.5 * row.X1)),
        By("one factor, MAR by x1, weakly", (_, row) => Logistic(0.7 * row.X1)),
        By("one factor, MAR by x2", (_, row) => Logistic(1.5 * row.X2)),
        By("one factor, MAR by either in turn", (j, row) => Logistic(1.5 * (j % 2 == 0 ? row.X1 : row.X2))),
        By("one factor, MAR by their difference", (_, row) => Logistic(row.X1 - row.X2)),
        By("one factor, MAR by groups", (_, row) => row.X1 > 0.3 ? 0.65 : 0.2),
        By("one factor, MAR by the factor itself", (_, row) => Logistic(row.X1 + row.X2)),
        Self("one factor, self 0.5", _ => 0.5),
        Self("one factor, self 1", _ => 1),
        Self("one factor, self 2", _ => 2),
        Self("one factor, self of either sign", j => j % 2 == 0 ? 1 : -1),
    ];

    // y has the number -1.
    private static InferenceLaw By(string name, Func<int, Row, double> missing) =>
        new(name, "mar", row => (missing(-1, row), 0)) { MissingIndicator = (j, _, row) => missing(j, row) };

    private static InferenceLaw Self(string name, Func<int, double> slope) =>
        new(name, "self", row => (StandardNormal.Cdf(Intercept + slope(0) * row.StandardY), 0))
        {
            MissingIndicator = (j, value, _) => StandardNormal.Cdf(Intercept + slope(j) * value),
        };

    private static double Logistic(double x) => 1 / (1 + Math.Exp(-Share - x));
}
