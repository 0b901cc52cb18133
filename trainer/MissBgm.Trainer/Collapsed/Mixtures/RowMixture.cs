using MissBgm.Trainer.Collapsed.Factors;

namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>A table's rows, one at a time, under every component of a mixture.</summary>
/// <param name="data">The table.</param>
/// <param name="components">The components.</param>
/// <param name="patterns">What they say of the table's patterns of missing cells; shared by threads.</param>
internal sealed class RowMixture(MaskedMatrix data, GaussianComponent[] components, PatternConditionals patterns)
{
    /// <summary>The row's conditionals, one for each component.</summary>
    public RowConditional[] Conditionals { get; } = [.. components.Select(_ => new RowConditional(data.Columns, data.Stride))];

    /// <summary>The components' posterior weights for the row.</summary>
    public double[] Responsibilities { get; } = new double[components.Length];

    /// <summary>Conditions on a row; returns its log-likelihood.</summary>
    public double Condition(int row, SelfMask mask)
    {
        var largest = double.NegativeInfinity;
        for (var k = 0; k < components.Length; k++)
        {
            Responsibilities[k] = Conditionals[k].Condition(components[k], patterns.Of(row, k), data.Row(row), data.Mask(row), mask);
            largest = Math.Max(largest, Responsibilities[k]);
        }

        var sum = 0.0;
        for (var k = 0; k < components.Length; k++) sum += Responsibilities[k] = Math.Exp(Responsibilities[k] - largest);
        for (var k = 0; k < components.Length; k++) Responsibilities[k] /= sum;
        return largest + Math.Log(sum);
    }

    /// <summary>The mean of the completed row, [p].</summary>
    public void Complete(Span<double> completed)
    {
        completed.Clear();
        for (var k = 0; k < components.Length; k++)
        {
            for (var j = 0; j < data.Columns; j++) completed[j] += Responsibilities[k] * (components[k].Mean[j] + Conditionals[k].Deviation[j]);
        }
    }
}
