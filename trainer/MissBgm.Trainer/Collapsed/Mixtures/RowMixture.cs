namespace MissBgm.Trainer.Collapsed.Mixtures;

/// <summary>A row under every component of a mixture.</summary>
internal sealed class RowMixture(GaussianComponent[] components, int columns, int stride)
{
    /// <summary>The row's conditionals, one for each component.</summary>
    public RowConditional[] Conditionals { get; } = [.. components.Select(_ => new RowConditional(columns, stride))];

    /// <summary>The components' posterior weights for the row.</summary>
    public double[] Responsibilities { get; } = new double[components.Length];

    /// <summary>Conditions on a row; returns its log-likelihood.</summary>
    public double Condition(ReadOnlySpan<double> x, ReadOnlySpan<double> r, SelfMask mask)
    {
        var largest = double.NegativeInfinity;
        for (var k = 0; k < components.Length; k++)
        {
            Responsibilities[k] = Conditionals[k].Condition(components[k], x, r, mask);
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
            for (var j = 0; j < columns; j++) completed[j] += Responsibilities[k] * (components[k].Mean[j] + Conditionals[k].Deviation[j]);
        }
    }
}
