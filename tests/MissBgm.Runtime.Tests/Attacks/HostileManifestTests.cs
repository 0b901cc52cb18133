using System.Text.Json.Nodes;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Runtime.Tests.Models.Pfn;

namespace MissBgm.Runtime.Tests.Attacks;

/// <summary>
/// Manifests that are well-formed and wrong: each edit of <c>tests/attacks/*-edits.tsv</c>, and every value of the manifest replaced by
/// what does not belong there.
/// </summary>
public sealed class HostileManifestTests(Xunit.Abstractions.ITestOutputHelper output) : IDisposable
{
    private readonly HostileBundle _bundle = new();

    public void Dispose() => _bundle.Dispose();

    public static TheoryData<string, string, string> Edits => Read("manifest-edits.tsv");

    public static TheoryData<string, string, string> PfnEdits => Read("pfn-manifest-edits.tsv");

    [Theory]
    [MemberData(nameof(Edits))]
    public void A_wrong_value_is_the_bundles_fault(string where, string value, string says)
    {
        _bundle.EditManifest(manifest => Apply(manifest, where, value));
        var (code, messages, written) = _bundle.Impute();
        Assert.True(code == 3, $"exit code {code}: {messages}");
        Assert.Contains(says, messages, StringComparison.Ordinal);
        Assert.False(written);
    }

    [Theory]
    [MemberData(nameof(PfnEdits))]
    public void A_wrong_value_of_a_pretrained_bundle_is_its_fault(string where, string value, string says)
    {
        var folder = Directory.CreateDirectory(Path.Combine(_bundle.Folder, "nano")).FullName;
        foreach (var graph in Directory.EnumerateFiles(Nano.Path, "*.onnx")) File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(graph)), graph);
        var manifest = JsonNode.Parse(File.ReadAllText(Path.Combine(Nano.Path, Manifest.FileName)))!.AsObject();
        Apply(manifest, where, value);
        File.WriteAllText(Path.Combine(folder, Manifest.FileName), manifest.ToJsonString());
        using var console = new TestConsole();
        var output = Path.Combine(_bundle.Folder, "labels.csv");
        var train = Path.Combine(_bundle.Folder, "train.csv");
        File.WriteAllText(train, "x,label\n1,a\n2,b\n3,a\n4,b\n5,a\n");
        var code = says == "is not of" || says == "pfn.onnx"
            ? console.Run("predict", "--model", folder, "--train", train, "--test", train, "--target", "label", "--out", output)
            : console.Run("inspect", "--model", folder);
        Assert.True(code == 3, $"exit code {code}: {console.Messages}");
        Assert.Contains(says, console.Messages, StringComparison.Ordinal);
        Assert.False(File.Exists(output));
    }

    /// <summary>As a later version may write it: more members, at the top and within.</summary>
    [Fact]
    public void A_newer_minor_format_is_read_without_what_is_new_and_says_so()
    {
        void AddMembers(JsonObject manifest, int minor)
        {
            manifest["format_minor"] = minor;
            manifest["curvature"] = 0.5;
            manifest["columns"]![0]!["unit"] = "kg";
        }

        _bundle.EditManifest(manifest => AddMembers(manifest, Manifest.CurrentFormatMinor + 1));
        using var console = new TestConsole();
        Assert.Equal(0, console.Run("inspect", "--model", _bundle.Path));
        Assert.Contains("is of format 1.1, and this version knows 1.0: what is new in it was passed over", console.Messages, StringComparison.Ordinal);
        Assert.Equal(0, _bundle.Impute().Code);

        // Of this format, they are a mistake.
        _bundle.EditManifest(manifest => AddMembers(manifest, Manifest.CurrentFormatMinor));
        var (code, messages, _) = _bundle.Impute();
        Assert.Equal(3, code);
        Assert.Contains("truncated or altered", messages, StringComparison.Ordinal);
        _bundle.EditManifest(manifest => manifest["tool_version"] = "9.8.7");
        Assert.Contains("was written by version 9.8.7, and this version (0.1.0) cannot read it", _bundle.Impute().Messages, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("format_version", "2", "Use the newer missbgm that wrote it")]
    [InlineData("format_version", "0", "Use the missbgm that fits it")]
    [InlineData("format_minor", "-1", "truncated or altered")]
    [InlineData("format_minor", "2147483648", "truncated or altered")]
    [InlineData("format_minor", "\"1\"", "truncated or altered")]
    public void Another_format_is_refused(string member, string value, string says)
    {
        _bundle.EditManifest(manifest => manifest[member] = JsonNode.Parse(value));
        var (code, messages, _) = _bundle.Impute();
        Assert.Equal(3, code);
        Assert.Contains(says, messages, StringComparison.Ordinal);
    }

    /// <summary>Every value of the manifest by each of nine others: refused as the bundle's fault, or without harm.</summary>
    [Fact]
    public void No_value_anywhere_in_a_manifest_breaks_the_loader()
    {
        string[] values = ["null", "0", "-1", "2147483647", "1e308", "1e400", "\"\"", "[]", "{}"];
        var good = File.ReadAllText(_bundle[Manifest.FileName]);
        var tried = 0;
        foreach (var pointer in HostileBundle.Pointers(JsonNode.Parse(good)!))
        {
            foreach (var value in values)
            {
                File.WriteAllText(_bundle[Manifest.FileName], good);
                _bundle.EditManifest(manifest => HostileBundle.Set(manifest, pointer, JsonNode.Parse(value)));
                tried++;
                try
                {
                    Bundle.Load(_bundle.Path);
                }
                catch (BundleException e)
                {
                    Assert.StartsWith(_bundle.Path, e.Message, StringComparison.Ordinal);
                    continue;
                }

                // What is accepted must do no harm.
                if (tried % (AttackRuns.Long ? 3 : 31) != 0) continue;
                var (code, messages, _) = _bundle.Impute();
                Assert.True(code is 0 or 3, $"{pointer} = {value}: exit code {code}: {messages}");
            }
        }

        output.WriteLine($"tried: {tried}");
        Assert.True(tried > 900, $"{tried}");
    }

    private static TheoryData<string, string, string> Read(string name)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var line in Corpus.Lines(name)) data.Add(line[0], line[1], line[2]);
        return data;
    }

    private static void Apply(JsonObject manifest, string where, string value) =>
        HostileBundle.Set(manifest, where, value == "remove" ? null : JsonNode.Parse(value), remove: value == "remove");
}
