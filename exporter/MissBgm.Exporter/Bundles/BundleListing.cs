using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Models.Pfn;

namespace MissBgm.Exporter.Bundles;

/// <summary>The files of a bundle but its manifest, which lists them.</summary>
/// <param name="Hashes">Lower-case hexadecimal SHA-256 by name.</param>
/// <param name="Sizes">Bytes by name.</param>
internal sealed record BundleListing(IReadOnlyDictionary<string, string> Hashes, IReadOnlyDictionary<string, long> Sizes)
{
    /// <summary>What the graphs among them compute.</summary>
    public IReadOnlyDictionary<string, GraphDescription> Graphs { get; init; } = new Dictionary<string, GraphDescription>();

    /// <summary>A manifest as it is written: it lists the files, and leaves out what differs between equal fits.</summary>
    public Manifest Complete(Manifest manifest) => manifest with
    {
        Training = manifest.Training with { Seconds = null },
        Files = Hashes,
        Sizes = Sizes,
        Graphs = Graphs,
    };

    /// <summary>The same of a pretrained network.</summary>
    public PfnManifest Complete(PfnManifest manifest) => manifest with
    {
        Training = manifest.Training with { Seconds = null },
        Files = Hashes,
        Sizes = Sizes,
        Graphs = Graphs,
    };
}
