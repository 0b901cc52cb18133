using System.Diagnostics;
using System.IO.Compression;
using System.Security.Cryptography;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>Bundles whose files are no files: pipes, devices, links that lead nowhere or round, archives that would unpack without end.</summary>
public sealed class HostileFileTests : IDisposable
{
    private readonly HostileBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    private static void Shell(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void AssertRefused(string says, string? model = null)
    {
        using var console = new TestConsole();
        var clock = Stopwatch.StartNew();
        var code = console.Run("inspect", "--model", model ?? _bundle.Path);
        Assert.True(code == 3, $"exit code {code}: {console.Messages}");
        Assert.Contains(says, console.Messages, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("manifest.json")]
    [InlineData("collapsed_latent.onnx")]
    public void A_fifo_is_not_waited_for(string name)
    {
        File.Delete(_bundle[name]);
        Shell("mkfifo", _bundle[name]);
        AssertRefused("is a pipe, a device or a socket");
    }

    [Theory]
    [InlineData("manifest.json", "/dev/zero")]
    [InlineData("collapsed_latent.onnx", "/dev/zero")]
    [InlineData("collapsed_latent.onnx", "/dev/stdin")]
    [InlineData("collapsed_latent.onnx", "/proc/self/mem")]
    [InlineData("collapsed_latent.onnx", "nowhere")]
    [InlineData("collapsed_latent.onnx", "collapsed_latent.onnx")]
    [InlineData("manifest.json", "manifest.json")]
    [InlineData("manifest.json", "..")]
    public void A_link_to_what_is_no_file_is_refused(string name, string target)
    {
        File.Delete(_bundle[name]);
        File.CreateSymbolicLink(_bundle[name], target);
        AssertRefused(name);
    }

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("/dev/null")]
    [InlineData("/dev/stdin")]
    public void A_device_is_no_bundle(string path) => AssertRefused("is a pipe, a device or a socket", path);

    [Fact]
    public void A_link_to_a_regular_file_is_that_file()
    {
        File.Move(_bundle["generator.onnx"], Path.Combine(_bundle.Folder, "blob"));
        File.CreateSymbolicLink(_bundle["generator.onnx"], Path.Combine(_bundle.Folder, "blob"));
        Assert.Equal(0, _bundle.Impute().Code);
    }

    [Fact]
    public void A_file_of_ten_gigabytes_is_not_read_beyond_its_listed_size()
    {
        using (var file = new FileStream(_bundle["collapsed_latent.onnx"], FileMode.Open)) file.SetLength(10L << 30);
        AssertRefused("collapsed_latent.onnx is truncated or altered");
        using (var file = new FileStream(_bundle["manifest.json"], FileMode.Open)) file.SetLength(10L << 30);
        AssertRefused("no bundle has more than");
    }

    [Fact]
    public void An_archive_that_unpacks_to_a_thousand_times_its_size_is_refused()
    {
        var bomb = Path.Combine(_bundle.Folder, "bomb.zip");
        ZipFile.CreateFromDirectory(_bundle.Path, bomb);
        using (var zip = ZipFile.Open(bomb, ZipArchiveMode.Update))
        {
            zip.GetEntry("collapsed_latent.onnx")!.Delete();
            using var entry = zip.CreateEntry("collapsed_latent.onnx", CompressionLevel.SmallestSize).Open();
            var block = new byte[1 << 20];
            for (var i = 0; i < 80; i++) entry.Write(block);
        }

        Assert.InRange(new FileInfo(bomb).Length, 1, 1 << 20);
        AssertRefused("would unpack from", bomb);
    }

    /// <summary>
    /// The manifest lists it, and the graph's weights are said to stand in it: what is not listed is not read, though it lies beside the
    /// graph.
    /// </summary>
    [Fact]
    public void Weights_in_a_file_that_the_manifest_does_not_list_are_not_read()
    {
        File.WriteAllBytes(_bundle["collapsed_latent.onnx.data"], new byte[4096]);
        _bundle.EditGraph("collapsed_latent.onnx", model =>
        {
            var weights = model.Graph.Initializer[0];
            var length = weights.RawData.Length;
            weights.RawData = Google.Protobuf.ByteString.Empty;
            weights.DataLocation = Exporter.Onnx.TensorProto.Types.DataLocation.External;
            weights.ExternalData.Add(new Exporter.Onnx.StringStringEntryProto { Key = "location", Value = "collapsed_latent.onnx.data" });
            weights.ExternalData.Add(new Exporter.Onnx.StringStringEntryProto { Key = "length", Value = $"{length}" });
        });
        AssertRefused("in a file that the manifest does not list");
    }

    [Fact]
    public void Fitted_rows_of_other_sizes_or_without_numbers_are_refused()
    {
        foreach (var (rows, says) in new[]
        {
            (new FittedRows(1, 9, [1], [0], new float[9]), "the model of 1 and 4"), (new FittedRows(2, 4, [1], [0, 0], new float[4]), "of 2 latent dimensions"),
            (new FittedRows(1, 4, [1], [float.NaN], new float[4]), "not a finite number"),
        })
        {
            using var stream = new MemoryStream();
            rows.Write(stream);
            _bundle.Replace(FittedRows.FileName, stream.ToArray());
            AssertRefused(says);
        }

        // A header whose product overflows 32 and 64 bits.
        byte[] header = [.. BitConverter.GetBytes(int.MaxValue), .. BitConverter.GetBytes(int.MaxValue), .. BitConverter.GetBytes(int.MaxValue)];
        _bundle.Replace(FittedRows.FileName, header);
        AssertRefused("truncated or altered");
    }

    [Fact]
    public void The_hash_of_a_file_decides_and_not_its_name()
    {
        Assert.Equal(64, Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_bundle["generator.onnx"]))).Length);
        File.Copy(_bundle["collapsed_density.onnx"], _bundle["generator.onnx"], overwrite: true);
        AssertRefused("generator.onnx is truncated or altered");
    }
}
