using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Models.Paper;

/// <summary>MissBGM as published: networks for generator and mask, missing values sampled.</summary>
/// <param name="bundle">The bundle.</param>
/// <param name="device">Where to compute.</param>
internal sealed class PaperModel(Bundle bundle, ComputeDevice device) : FittedModel(bundle, device)
{
    internal override Model ModelOf(ModelSessions sessions) =>
        new(sessions, Bundle.Manifest.LatentDimension, Schema.Modelled.Count, Schema.Discrete);

    internal override IRowStart Start(
        Model model, EncodedTable table, int[] rows, InferenceSettings settings, ImputeOptions options, CancellationToken cancellation) =>
        new PaperStart(model, settings, PaperStart.Find(Bundle, model, table, rows, settings, cancellation));
}
