namespace MissBgm.Report.Findings;

/// <summary>How predicted probabilities compare with labels that are known.</summary>
internal sealed record LabelScores
{
    /// <summary>Rows whose label is known and is one of the classes.</summary>
    public required int Rows { get; init; }

    /// <summary>Rows by their class and the likeliest one, [classes, classes].</summary>
    public required int[,] Confusion { get; init; }

    /// <summary>Share of the rows whose likeliest class is theirs.</summary>
    public required double Accuracy { get; init; }

    /// <summary>Mean of minus the logarithm of the probability of the rows' class, which is taken as 1e-6 at least.</summary>
    public required double LogLoss { get; init; }

    /// <summary>Mean squared distance between the probabilities and 1 for the rows' class, 0 for others (Brier 1950), over all classes.</summary>
    public required double Brier { get; init; }

    /// <summary>Area under the ROC curve of the second of two classes; NaN with more, or where one does not occur.</summary>
    public required double Auc { get; init; }

    /// <summary>Predicted probabilities beside how often they came true.</summary>
    public required IReadOnlyList<CalibrationBin> Bins { get; init; }

    /// <summary>Mean distance between the two over the bins, weighted by their rows (expected calibration error).</summary>
    public double CalibrationError => Bins.Sum(bin => bin.Rows * Math.Abs(bin.Predicted - bin.Observed)) / Math.Max(1, Rows);

    /// <summary>Compares.</summary>
    /// <param name="probabilities">Row-major [rows, classes].</param>
    /// <param name="labels">The class of each row; negative where it is not known.</param>
    /// <param name="classes">Number of classes.</param>
    internal static LabelScores Of(double[] probabilities, int[] labels, int classes)
    {
        var known = Enumerable.Range(0, labels.Length).Where(row => labels[row] >= 0).ToArray();
        var confusion = new int[classes, classes];
        var (right, loss, brier) = (0, 0.0, 0.0);
        foreach (var row in known)
        {
            var of = probabilities.AsSpan(row * classes, classes);
            var best = 0;
            for (var k = 0; k < classes; k++)
            {
                if (of[k] > of[best]) best = k;
                brier += (of[k] - (labels[row] == k ? 1 : 0)) * (of[k] - (labels[row] == k ? 1 : 0));
            }

            confusion[labels[row], best]++;
            right += best == labels[row] ? 1 : 0;
            loss -= Math.Log(Math.Max(of[labels[row]], 1e-6));
        }

        var count = (double)known.Length;
        return new LabelScores
        {
            Rows = known.Length,
            Confusion = confusion,
            Accuracy = right / count,
            LogLoss = loss / count,
            Brier = brier / count,
            Auc = classes == 2 ? Area([.. known.Select(row => (probabilities[row * 2 + 1], labels[row] == 1))]) : double.NaN,
            Bins = CalibrationBin.Of([.. known.Select(row => classes == 2 ? (probabilities[row * 2 + 1], labels[row] == 1) : Confidence(row))]),
        };

        (double, bool) Confidence(int row)
        {
            var best = Enumerable.Range(0, classes).MaxBy(k => probabilities[row * classes + k]);
            return (probabilities[row * classes + best], labels[row] == best);
        }
    }

    // Mann and Whitney's statistic, ties by halves.
    private static double Area((double Probability, bool Second)[] rows)
    {
        var (first, second) = (
            rows.Where(row => !row.Second).Select(row => row.Probability).Order().ToArray(),
            rows.Where(row => row.Second).Select(row => row.Probability).ToArray());
        if (first.Length == 0 || second.Length == 0) return double.NaN;
        return second.Sum(p =>
        {
            var (below, upTo) = (Position(first, p, false), Position(first, p, true));
            return (below + upTo) / 2.0;
        }) / ((double)first.Length * second.Length);
    }

    // Values below a value, or up to it.
    private static int Position(double[] sorted, double value, bool inclusive)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value || inclusive && sorted[middle] == value) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>Rows of about the same predicted probability.</summary>
/// <param name="Rows">How many.</param>
/// <param name="Predicted">Mean predicted probability.</param>
/// <param name="Observed">Share of the rows in which it came true.</param>
/// <param name="Lower">Lower end of its 95 % interval (Wilson 1927).</param>
/// <param name="Upper">Upper end.</param>
internal sealed record CalibrationBin(int Rows, double Predicted, double Observed, double Lower, double Upper)
{
    private const int Bins = 10;
    private const double Z = 1.959964;

    /// <summary>Ten bins of equal width, without the empty ones.</summary>
    internal static IReadOnlyList<CalibrationBin> Of(IReadOnlyList<(double Probability, bool True)> rows) =>
        [
            .. rows.GroupBy(row => Math.Min(Bins - 1, (int)(row.Probability * Bins))).OrderBy(bin => bin.Key)
                .Select(bin => Of(bin.Count(), bin.Average(row => row.Probability), bin.Average(row => row.True ? 1.0 : 0))),
        ];

    private static CalibrationBin Of(int rows, double predicted, double observed)
    {
        var centre = (observed + Z * Z / (2 * rows)) / (1 + Z * Z / rows);
        var reach = Z * Math.Sqrt(observed * (1 - observed) / rows + Z * Z / (4.0 * rows * rows)) / (1 + Z * Z / rows);
        return new CalibrationBin(rows, predicted, observed, Math.Max(0, centre - reach), Math.Min(1, centre + reach));
    }
}
