using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Collapsed;

/// <summary>
/// Linear factor models and mixtures of them with the missing values integrated out: mechanisms ignorable, self and selection.
/// </summary>
/// <param name="bundle">The bundle.</param>
/// <param name="device">Where to compute.</param>
internal sealed class CollapsedModel(Bundle bundle, ComputeDevice device) : FittedModel(bundle, device)
{
    /// <summary>The Gaussian columns that the graphs have for the schema's.</summary>
    internal GaussianCoding Coding { get; } = new(bundle.Schema.Modelled);

    /// <summary>The trees of its discrete columns.</summary>
    internal LevelTrees Trees { get; } = LevelTrees.Of(bundle.Schema.Modelled);

    /// <summary>The forests of its columns of numbers.</summary>
    internal ColumnForests Forests { get; } = ColumnForests.Of(bundle, new GaussianCoding(bundle.Schema.Modelled));

    internal override Model ModelOf(ModelSessions sessions) =>
        new(sessions, Bundle.Manifest.LatentDimension, Coding.Columns, [], Bundle.Manifest.Members);

    internal override IRowStart Start(
        Model model, EncodedTable table, int[] rows, InferenceSettings settings, ImputeOptions options, CancellationToken cancellation)
    {
        var (mode, posteriors) = RowPosteriors.Find(this, model, table, rows, options.RowOffset, cancellation);
        return new CollapsedStart(model, this, settings, mode, posteriors, options.CorrelationChange);
    }
}
