using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Graphs;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Models.Collapsed;
using MissBgm.Runtime.Models.Paper;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Runtime.Imputation;

/// <summary>The families of models, and how a bundle says which it is of.</summary>
internal static class ModelFamilies
{
    /// <summary>Opens a bundle of whatever family.</summary>
    /// <exception cref="BundleException">The bundle is missing, truncated, altered, or of an unknown format or kind.</exception>
    /// <exception cref="UserInputException">The device is not there.</exception>
    internal static IImputationModel Open(string path, ComputeDevice device) => BundleFiles.Read(path).Kind switch
    {
        PfnManifest.PfnFlowKind or PfnManifest.PfnCellsKind => new PfnImputation(PfnModel.Load(path, device)),
        Manifest.MissBgmKind => Fitted(Bundle.Load(path), device),
        var kind => throw new BundleException(
            $"{path} is a bundle of kind '{kind}'; imputation needs '{Manifest.MissBgmKind}', '{PfnManifest.PfnFlowKind}' or "
            + $"'{PfnManifest.PfnCellsKind}'."),
    };

    private static FittedModel Fitted(Bundle bundle, ComputeDevice device) =>
        bundle.Manifest.Mechanism == Mechanism.Paper ? new PaperModel(bundle, device) : new CollapsedModel(bundle, device);
}
