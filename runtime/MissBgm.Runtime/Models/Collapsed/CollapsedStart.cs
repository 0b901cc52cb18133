using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Sampling;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>Rows at the mode of z, their missing cells at their conditional means there.</summary>
/// <param name="model">The worker's model.</param>
/// <param name="family">The way between the graphs' columns and the table's.</param>
/// <param name="settings">Sampling.</param>
/// <param name="mode">The rows.</param>
/// <param name="posteriors">What is known of their posteriors.</param>
/// <param name="change">What is added to the correlation of each modelled column; null for nothing.</param>
internal sealed class CollapsedStart(
    Model model, CollapsedModel family, InferenceSettings settings, StartingPoint mode, RowPosteriors posteriors, float[]? change) : IRowStart
{
    public StartingPoint Mode => mode;

    public ISweep Sweep(StackedRows rows)
    {
        // Only numbers have a correlation to change, and they come first.
        float[]? coded = change is null ? null : [.. change, .. new float[model.Columns - change.Length]];
        var sweep = new CollapsedSweep(model, rows, settings, posteriors, coded);
        // What is moved away from the fit are the Gaussian columns: then they make all draws.
        var forests = change is null ? family.Forests : null;
        return family.Coding.IsIdentity && forests is not { Uniforms: > 0 } ? sweep : new CodedSweep(sweep, rows, family, forests, mode);
    }
}
