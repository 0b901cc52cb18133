using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Google.Protobuf;
using MissBgm.Exporter.Collapsed;
using MissBgm.Exporter.Onnx;
using MissBgm.Exporter.Tables;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Forests;
using MissBgm.Runtime.Levels;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>
/// A good bundle of two numbers, a binary and a categorical column, to be made into a bad one: hashes and sizes can be put right after
/// that, as an attacker would.
/// </summary>
internal sealed class HostileBundle : IDisposable
{
    private const double ForestWeight = 0.4;
    // Its graphs are emitted once for all tests.
    private static readonly Lazy<IReadOnlyDictionary<string, byte[]>> Good = new(Emit);

    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-attack-").FullName;

    internal HostileBundle()
    {
        Path = System.IO.Path.Combine(_folder, "model");
        Data = System.IO.Path.Combine(_folder, "data.csv");
        File.WriteAllText(Data, "a,b,c,d\n1,2,no,red\n,2.5,yes,\n1.5,,,blue\n");
        Directory.CreateDirectory(Path);
        foreach (var (name, bytes) in Good.Value) File.WriteAllBytes(this[name], bytes);
    }

    /// <summary>The bundle's folder.</summary>
    internal string Path { get; }

    /// <summary>A table that fits the good bundle.</summary>
    internal string Data { get; }

    /// <summary>The folder that holds the bundle and the table, and may hold more.</summary>
    internal string Folder => _folder;

    /// <summary>A file of the bundle.</summary>
    internal string this[string name] => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Changes the manifest.</summary>
    internal void EditManifest(Action<JsonObject> edit)
    {
        var manifest = JsonNode.Parse(File.ReadAllText(this[Manifest.FileName]))!.AsObject();
        edit(manifest);
        File.WriteAllText(this[Manifest.FileName], manifest.ToJsonString());
    }

    /// <summary>Changes a graph and signs it.</summary>
    internal void EditGraph(string name, Action<ModelProto> edit)
    {
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(this[name]));
        edit(model);
        Replace(name, model.ToByteArray());
    }

    /// <summary>Replaces a file and signs it.</summary>
    internal void Replace(string name, byte[] bytes)
    {
        File.WriteAllBytes(this[name], bytes);
        EditManifest(manifest =>
        {
            manifest["files"]![name] = Convert.ToHexStringLower(SHA256.HashData(bytes));
            // Bundles of earlier versions have no sizes.
            if (manifest["sizes"] is { } sizes) sizes[name] = bytes.Length;
        });
    }

    /// <summary>Imputes the table with the bundle: exit code, what was said, and whether anything was written.</summary>
    internal (int Code, string Messages, bool Written) Impute()
    {
        using var console = new TestConsole();
        var output = System.IO.Path.Combine(_folder, "out.csv");
        var code = console.Run(
            "impute", "--model", Path, "--data", Data, "--out", output, "--draws", "20", "--chains", "2", "--burn-in", "0", "--threads",
            "1", "--quiet");
        return (code, console.Messages, File.Exists(output));
    }

    /// <summary>JSON Pointers to all values; of a list to the first and the last.</summary>
    internal static IEnumerable<string> Pointers(JsonNode node, string at = "")
    {
        var children = node switch
        {
            JsonObject map => map.Select(pair => (pair.Key, pair.Value)),
            JsonArray list => list.Select((item, i) => (Key: $"{i}", Value: item)).Where((_, i) => i == 0 || i == list.Count - 1),
            _ => [],
        };
        foreach (var (key, child) in children)
        {
            yield return $"{at}/{key}";
            if (child is null) continue;
            foreach (var deeper in Pointers(child, $"{at}/{key}")) yield return deeper;
        }
    }

    /// <summary>Sets a value of a JSON document.</summary>
    /// <param name="root">The document.</param>
    /// <param name="pointer">Where: a JSON Pointer (RFC 6901).</param>
    /// <param name="value">The value.</param>
    /// <param name="remove">Remove what is there instead.</param>
    internal static void Set(JsonObject root, string pointer, JsonNode? value, bool remove = false)
    {
        var steps = Array.ConvertAll(pointer.TrimStart('/').Split('/'), step => step.Replace("~1", "/", StringComparison.Ordinal));
        var parent = steps[..^1].Aggregate<string, JsonNode>(
            root, (node, step) => node is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)]! : node[step]!);
        if (parent is JsonArray list) list[int.Parse(steps[^1], CultureInfo.InvariantCulture)] = value;
        else if (remove) parent.AsObject().Remove(steps[^1]);
        else parent[steps[^1]] = value;
    }

    private static Dictionary<string, byte[]> Emit()
    {
        var folder = Directory.CreateTempSubdirectory("missbgm-attack-").FullName;
        var path = System.IO.Path.Combine(folder, "model");
        CollapsedBundle.Write(path, Describe(), CollapsedMixture.Single(Weights()), null, [new WeightedForest(ForestWeight, TestForest.Of(0, 1, 2))]);
        var files = Directory.EnumerateFiles(path).ToDictionary(file => System.IO.Path.GetFileName(file)!, File.ReadAllBytes);
        Directory.Delete(folder, recursive: true);
        return files;
    }

    private static CollapsedWeights Weights()
    {
        const int Columns = 6;
        double[] Each(double value) => [.. Enumerable.Repeat(value, Columns)];
        return new CollapsedWeights(1, Columns, Each(0.5), Each(0.1), Each(0.8), Each(0.2), Each(0.1), Each(0.3));
    }

    private static LevelTree Tree => new()
    {
        Weight = 0.5,
        Nodes =
        [
            new LevelNode { Column = "c", Below = [1, -1], Levels = [0, 2], Shares = [0.4, 0.6] },
            new LevelNode { Column = "a", Threshold = 1.2, Below = [2, 3], Levels = [0, 1, 2], Shares = [0.5, 0.1, 0.4] },
            new LevelNode { Levels = [1], Shares = [1] },
            new LevelNode { Levels = [2], Shares = [1] },
        ],
        Evidence = new LevelEvidence(20, 1.1, 0.4, 0.3),
    };

    private static Manifest Describe() => new()
    {
        FormatVersion = Manifest.CurrentFormatVersion,
        Kind = Manifest.MissBgmKind,
        ToolVersion = "0.1.0",
        Seed = 1,
        Mechanism = Mechanism.Selection,
        Generator = GeneratorEvidence.Linear,
        Evidence = new MechanismEvidence
        {
            Chosen = Mechanism.Selection,
            Forced = true,
            SharedCorrelation = false,
            Selection = new SelectionTest(1, 2, 3, 4),
            SharedSelection = new SelectionTest(1, 2, 3, 4),
            SharedRho = 0.1,
            Ignorable = ["b"],
            Columns = [new ColumnEvidence("a", 0.2, 0.1, 1, 2)],
        },
        LatentDimension = 1,
        Columns =
        [
            TestModel.Columns(1, 1.5, 0.5)[0] with
            {
                Forest = new ColumnForest { Weight = ForestWeight, Trees = 2, Evidence = new ForestEvidence(10, 0.5, 0.4, 0.3) },
            },
            TestModel.Columns(2, 1.5, 0.5)[1] with
            {
                Marginal = new ColumnMarginal
                {
                    Scale = MarginalScale.Raw,
                    Scores = [-3, 3],
                    Values = [0, 3],
                    Atoms = [new(1.5, 0, -0.1, 0.1)],
                    UpperTail = new(0.5, 0.2),
                },
            },
            new ColumnSchema
            {
                Name = "c",
                Type = ColumnType.Binary,
                Location = 0,
                Scale = 1,
                Minimum = 0,
                Maximum = 1,
                ObservedShare = 0.9,
                Levels = ["no", "yes"],
                LevelShares = [0.4, 0.6],
            },
            new ColumnSchema
            {
                Name = "d",
                Type = ColumnType.Categorical,
                Location = 0,
                Scale = 1,
                Minimum = 0,
                Maximum = 2,
                ObservedShare = 0.9,
                Levels = ["red", "green", "blue"],
                LevelShares = [0.3, 0.3, 0.4],
                Tree = Tree,
            },
        ],
        MissingTokens = ["", "NA"],
        Inference = new InferenceSettings(),
        Hyperparameters = JsonSerializer.SerializeToElement(new { }),
        Training = new TrainingSummary
        {
            Rows = 10,
            MissingCells = 3,
            Epochs = 1,
            Seconds = 0.5,
            FinalLosses = new Dictionary<string, double> { ["latent"] = 1.5 },
        },
        Files = new Dictionary<string, string>(),
    };
}
