using MissBgm.Exporter.Collapsed;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Collapsed.Factors;
using MissBgm.Trainer.Collapsed.Mixtures;

namespace MissBgm.Trainer.Collapsed.Forests;

/// <summary>A fitted generator whose mask is ignorable, and its weight in the average: a linear one, with the posterior of the rows, or a mixture.</summary>
/// <param name="Weight">Its weight.</param>
/// <param name="Linear">The linear generator; null for a mixture.</param>
/// <param name="Components">The mixture's components; null for a linear generator.</param>
internal sealed record GeneratorLaw(double Weight, FactorModel? Linear, GaussianComponent[]? Components)
{
    /// <summary>The law that a share of the draws falls to.</summary>
    public static GeneratorLaw At(IReadOnlyList<GeneratorLaw> laws, double share)
    {
        var (total, law) = (laws.Sum(one => one.Weight), 0);
        for (var below = laws[0].Weight; below < share * total && law < laws.Count - 1; below += laws[law].Weight) law++;
        return laws[law];
    }

    /// <summary>Completed tables, each a draw, of the laws as often as they have weight.</summary>
    /// <param name="laws">The laws.</param>
    /// <param name="data">The table.</param>
    /// <param name="tables">How many.</param>
    /// <param name="random">Random numbers.</param>
    /// <param name="first">Number of the first.</param>
    public static float[][] DrawTables(IReadOnlyList<GeneratorLaw> laws, MaskedMatrix data, int tables, Philox random, int first) =>
        [.. Enumerable.Range(0, tables).Select(t => At(laws, (t + 0.5) / tables).Draw(data, new RandomStream(random, first + t, RandomPurpose.ForestGrowth)))];

    /// <summary>The laws that have a weight, as they are exported, and the fits that their members belong to.</summary>
    /// <param name="laws">The laws.</param>
    /// <param name="columns">Gaussian columns.</param>
    public static (CollapsedMixture Weights, IReadOnlyList<GeneratorFit> Fits) Export(IReadOnlyList<GeneratorLaw> laws, int columns)
    {
        GeneratorLaw[] weighted = [.. laws.Where(law => law.Weight > 0)];
        IEnumerable<(CollapsedWeights Weights, double LogShare)> Members(GeneratorLaw law) => law.Linear is { } linear
            ? [(FactorForm.Of(linear, columns), 0.0)]
            : law.Components!.Select(component => (FactorForm.Of(component, SelfMask.Ignorable, new bool[columns]), component.LogWeight));
        var members = weighted.SelectMany(Members).ToArray();
        return (
            new CollapsedMixture(Array.ConvertAll(members, member => member.Weights), Array.ConvertAll(members, member => member.LogShare)),
            [.. weighted.Select(law => new GeneratorFit(law.Components?.Length ?? 1, law.Weight, null))]);
    }

    /// <summary>The mean completion of the rows, [n, p].</summary>
    public double[] Complete(MaskedMatrix data, int threads) => Linear is { } linear
        ? GeneratorTrials.Complete(data, linear)
        : MixtureFit.Complete(data, Components!, SelfMask.Ignorable, threads);

    /// <summary>The law for a choice of the rows.</summary>
    public GeneratorLaw Choose(ReadOnlySpan<int> rows) => this with { Linear = Linear?.Choose(rows) };

    /// <summary>A completed table, its missing cells drawn given the observed ones, [n, p].</summary>
    public float[] Draw(MaskedMatrix data, RandomStream random) => Linear is { } linear ? Draw(data, linear, random) : Draw(data, Components!, random);

    private static float[] Draw(MaskedMatrix data, FactorModel model, RandomStream random)
    {
        var (p, d, stride) = (data.Columns, model.Dimension, model.Stride);
        var (completed, factor, z, noise) = (Observed(data), new double[d * d], new double[d], new double[d]);
        for (var row = 0; row < data.Rows; row++)
        {
            model.LatentCovariance.AsSpan(row * d * d, d * d).CopyTo(factor);
            Cholesky.Factor(factor, d);
            for (var k = 0; k < d; k++) noise[k] = random.Normal();
            for (var k = 0; k < d; k++)
            {
                z[k] = model.LatentMean[row * d + k];
                for (var l = 0; l <= k; l++) z[k] += factor[k * d + l] * noise[l];
            }

            for (var j = 0; j < p; j++)
            {
                if (data.Observed[row * stride + j] == 1.0) continue;
                var value = model.Intercept[j] + Math.Sqrt(model.Variance[j]) * random.Normal();
                for (var k = 0; k < d; k++) value += z[k] * model.Loadings[k * stride + j];
                completed[row * p + j] = (float)value;
            }
        }

        return completed;
    }

    private static float[] Draw(MaskedMatrix data, GaussianComponent[] components, RandomStream random)
    {
        var (p, completed, noise) = (data.Columns, Observed(data), new double[data.Columns]);
        var mixture = new RowMixture(data, components, new PatternConditionals(components, data.Patterns));
        for (var row = 0; row < data.Rows; row++)
        {
            mixture.Condition(row, SelfMask.Ignorable);
            var (k, uniform) = (0, random.Uniform());
            while (k < components.Length - 1 && (uniform -= mixture.Responsibilities[k]) > 0.0) k++;
            var conditional = mixture.Conditionals[k];
            for (var a = 0; a < conditional.MissingColumns.Length; a++) noise[a] = random.Normal();
            conditional.Draw(noise);
            foreach (var j in conditional.MissingColumns) completed[row * p + j] = (float)(components[k].Mean[j] + conditional.Deviation[j]);
        }

        return completed;
    }

    private static float[] Observed(MaskedMatrix data)
    {
        var completed = new float[data.Rows * data.Columns];
        for (var cell = 0; cell < completed.Length; cell++) completed[cell] = (float)data.Values[cell / data.Columns * data.Stride + cell % data.Columns];
        return completed;
    }
}
