using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Paper;
using MissBgm.Exporter.Paper.Networks;
using MissBgm.Exporter.Tests.Harness;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Tests.Bundles;

public sealed class BundleWriterTests : IDisposable
{
    private static readonly MissBgmWeights Weights = Randomly.Model(2, 3, [8]);
    private static readonly FittedRows Rows = FittedRows.Create(new EncodedTable(1, 3, [1, 2, 3], [1, 1, 0]), [0.5f, 0.25f], [1, 2, 3], 2);
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-").FullName;

    private string Target => Path.Combine(_folder, "model");

    [Fact]
    public void A_bundle_holds_the_graphs_the_fitted_rows_and_a_manifest_with_their_hashes()
    {
        PaperBundle.Write(Target, Description(), Weights, Rows);
        var manifest = Read(Target);
        Assert.Equal(
            [
                "encoder.onnx", "fitted_rows.bin", "generator.onnx", "generator_jacobian.onnx", "gibbs_sweep.onnx", "impute.onnx",
                "joint_sweep.onnx", "latent_gradient.onnx", "map_step.onnx", "mask.onnx", "missing_gradient.onnx", "posterior_gradient.onnx",
            ],
            manifest.Files.Keys.Order(StringComparer.Ordinal));
        Assert.All(
            manifest.Files,
            file => Assert.Equal(file.Value, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(Target, file.Key))))));
        Assert.Equal(13, Directory.GetFiles(Target).Length);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void The_same_fit_gives_the_same_bytes_as_a_folder_and_as_a_zip()
    {
        PaperBundle.Write(Target, Description(), Weights, Rows);
        PaperBundle.Write(Path.Combine(_folder, "again"), Description(), Weights, Rows);
        PaperBundle.Write(Path.Combine(_folder, "a.zip"), Description(), Weights, Rows);
        PaperBundle.Write(Path.Combine(_folder, "b.zip"), Description(), Weights, Rows);
        Assert.Equal(File.ReadAllBytes(Path.Combine(_folder, "a.zip")), File.ReadAllBytes(Path.Combine(_folder, "b.zip")));
        using var zip = ZipFile.OpenRead(Path.Combine(_folder, "a.zip"));
        foreach (var file in Directory.GetFiles(Target))
        {
            var bytes = File.ReadAllBytes(file);
            Assert.Equal(bytes, File.ReadAllBytes(Path.Combine(_folder, "again", Path.GetFileName(file))));
            using var entry = zip.GetEntry(Path.GetFileName(file))!.Open();
            using var copy = new MemoryStream();
            entry.CopyTo(copy);
            Assert.Equal(bytes, copy.ToArray());
        }
    }

    [Theory]
    [InlineData("model")]
    [InlineData("model.zip")]
    public void An_existing_bundle_is_replaced(string name)
    {
        var target = Path.Combine(_folder, name);
        PaperBundle.Write(target, Description(), Weights, Rows);
        PaperBundle.Write(target, Description() with { Seed = 7 }, Weights, null);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
        Assert.Equal(7ul, name.EndsWith(".zip", StringComparison.Ordinal) ? ReadZip(target).Seed : Read(target).Seed);
    }

    [Fact]
    public void At_no_moment_is_there_no_bundle_while_one_is_replaced()
    {
        PaperBundle.Write(Target, Description(), Weights, null);
        var (manifest, lacking, done) = (Path.Combine(Target, Manifest.FileName), 0, false);
        var watcher = new Thread(() =>
        {
            while (!Volatile.Read(ref done)) if (!File.Exists(manifest)) Interlocked.Increment(ref lacking);
        });
        watcher.Start();
        for (ulong seed = 2; seed < 12; seed++) PaperBundle.Write(Target, Description() with { Seed = seed }, Weights, null);
        Volatile.Write(ref done, true);
        watcher.Join();
        Assert.Equal(0, lacking);
        Assert.Equal(11ul, Read(Target).Seed);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Theory]
    [InlineData("notes.txt")]
    [InlineData("manifest.json")]
    public void A_folder_that_is_not_a_bundle_is_refused_and_left_alone(string content)
    {
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, content), "mine");
        var failure = Assert.Throws<UserInputException>(() => PaperBundle.Write(Target, Description(), Weights, Rows));
        Assert.Contains(Target, failure.Message, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Target, content)));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void A_bundle_folder_with_a_foreign_file_is_refused_and_left_alone()
    {
        PaperBundle.Write(Target, Description(), Weights, Rows);
        File.WriteAllText(Path.Combine(Target, "notes.txt"), "mine");
        var failure = Assert.Throws<UserInputException>(() => PaperBundle.Write(Target, Description(), Weights, Rows));
        Assert.Contains("notes.txt", failure.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(Target, "notes.txt")));
    }

    [Fact]
    public void A_file_in_the_way_is_refused_and_left_alone()
    {
        File.WriteAllText(Target, "mine");
        File.WriteAllText(Target + ".zip", "mine");
        Assert.Throws<UserInputException>(() => PaperBundle.Write(Target, Description(), Weights, Rows));
        Assert.Throws<UserInputException>(() => PaperBundle.Write(Target + ".zip", Description(), Weights, Rows));
        Assert.Equal("mine", File.ReadAllText(Target));
        Assert.Equal("mine", File.ReadAllText(Target + ".zip"));
    }

    [Fact]
    public void A_path_below_a_file_cannot_be_written_and_says_so()
    {
        File.WriteAllText(Target, "mine");
        var failure = Assert.Throws<UserInputException>(() => PaperBundle.Write(Path.Combine(Target, "deeper"), Description(), Weights, Rows));
        Assert.Contains("cannot be written", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>What no loader would take must not take a good bundle's place.</summary>
    [Fact]
    public void A_manifest_that_no_loader_takes_is_not_written()
    {
        PaperBundle.Write(Target, Description(), Weights, Rows);
        var good = File.ReadAllBytes(Path.Combine(Target, Manifest.FileName));
        var bad = Description() with { Generator = GeneratorEvidence.Linear with { Fits = [new GeneratorFit(1, 1.0000000000000002, 0)] } };
        var fault = Assert.Throws<InvalidOperationException>(() => PaperBundle.Write(Target, bad, Weights, Rows));
        Assert.Contains("generator.fits[0].weight is 1", fault.Message, StringComparison.Ordinal);
        Assert.Equal(good, File.ReadAllBytes(Path.Combine(Target, Manifest.FileName)));
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_by_network_and_layer_and_nothing_is_written()
    {
        PaperBundle.Write(Target, Description(), Weights, Rows);
        var hidden = Weights.Generator.Hidden[0];
        float[] kernel = [.. hidden.Kernel];
        kernel[5] = float.NaN;
        var broken = Weights with { Generator = Weights.Generator with { Hidden = [hidden with { Kernel = kernel }] } };
        var failure = Assert.Throws<NumericalException>(() => PaperBundle.Write(Target, Description() with { Seed = 9 }, broken, Rows));
        Assert.Contains("generator network", failure.Message, StringComparison.Ordinal);
        Assert.Contains("hidden layer 1, kernel, entry 5 is NaN", failure.Message, StringComparison.Ordinal);
        Assert.Equal(1ul, Read(Target).Seed);
        Assert.Single(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Layers_that_do_not_fit_are_refused_by_node_and_operator_and_nothing_is_written()
    {
        var broken = Weights with { Mask = Weights.Mask with { Output = Randomly.Dense(5, 3, 1) } };
        var failure = Assert.Throws<GraphException>(() => PaperBundle.Write(Target, Description(), broken, Rows));
        Assert.Contains("Gemm(", failure.Message, StringComparison.Ordinal);
        Assert.Contains("mask.output.kernel", failure.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Manifest Read(string bundle) =>
        JsonSerializer.Deserialize<Manifest>(File.ReadAllText(Path.Combine(bundle, Manifest.FileName)), Manifest.Json)!;

    private static Manifest ReadZip(string file)
    {
        using var zip = ZipFile.OpenRead(file);
        using var stream = zip.GetEntry(Manifest.FileName)!.Open();
        return JsonSerializer.Deserialize<Manifest>(stream, Manifest.Json)!;
    }

    private static Manifest Description() => Descriptions.Of(2, 3);
}
