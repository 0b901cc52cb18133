using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Bundles;

/// <summary>A fitted model as training hands it over: a folder, or one .zip of it, whose files have been checked against the manifest's hashes.</summary>
public sealed class Bundle
{
    private readonly BundleFiles _files;

    private Bundle(string path, Manifest manifest, BundleFiles files)
    {
        Path = path;
        Manifest = manifest;
        _files = files;
        Schema = new TableSchema(manifest.Columns, manifest.Carried);
        if (!Has(FittedRows.FileName)) return;
        FittedRows = FittedRows.Read(files.Get(FittedRows.FileName), $"{path}: {FittedRows.FileName}");
        FittedRows.Require(manifest.LatentDimension, Schema.Modelled.Count, $"{path}: {FittedRows.FileName}");
    }

    /// <summary>Where the bundle was loaded from.</summary>
    public string Path { get; }

    /// <summary>The bundle's description of itself.</summary>
    public Manifest Manifest { get; }

    /// <summary>The training table's columns and their scaling.</summary>
    public TableSchema Schema { get; }

    /// <summary>Where the fit left the training rows; null when the bundle was exported without.</summary>
    public FittedRows? FittedRows { get; }

    /// <summary>What is to be told of a manifest of a newer minor format, of which something was passed over; null of others.</summary>
    public string? Note => _files.Note;

    /// <summary>Bytes of each file but the manifest, by name.</summary>
    public IReadOnlyDictionary<string, long> Sizes => Manifest.Files.Keys.ToDictionary(name => name, _files.Size, StringComparer.Ordinal);

    /// <summary>How tables to impute are read: as the training table was, as far as that was declared.</summary>
    public ReadOptions Reading() => ReadOptions.Of(Manifest.Reading, Manifest.MissingTokens, Schema.Columns);

    /// <summary>Loads and checks a bundle.</summary>
    /// <param name="path">A folder or a .zip file.</param>
    /// <exception cref="BundleException">The bundle or one of its files is missing, truncated, altered or of an unknown format; the message
    /// names it.</exception>
    public static Bundle Load(string path)
    {
        var files = BundleFiles.Read(path);
        if (files.Kind != Manifest.MissBgmKind)
        {
            throw new BundleException(
                $"{path} is a bundle of kind '{files.Kind}'; imputation with this command needs kind '{Manifest.MissBgmKind}'.");
        }
        var manifest = files.ReadManifest<Manifest>(ManifestTypes.Default);
        ManifestRules.Require(manifest, path);
        files.Check(manifest.Files, manifest.Sizes, GraphFiles.Required(manifest.Mechanism));
        return new Bundle(path, manifest, files);
    }

    /// <summary>Whether the bundle has a file.</summary>
    internal bool Has(string name) => Manifest.Files.ContainsKey(name);

    /// <summary>The bytes of a file that not every bundle has; null if this one has it not.</summary>
    public byte[]? Find(string name) => Has(name) ? _files.Get(name) : null;

    /// <summary>A graph to be run.</summary>
    internal GraphSource Graph(string name) =>
        Has(name) ? _files.Graph(name) : throw new BundleException($"{Path} has no {name}; export the bundle again with this version.");
}
