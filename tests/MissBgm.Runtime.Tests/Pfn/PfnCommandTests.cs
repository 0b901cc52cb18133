using MissBgm.Runtime.Cli;
using MissBgm.Runtime.Pfn;
using MissBgm.Runtime.Tests.Harness;

namespace MissBgm.Runtime.Tests.Pfn;

public sealed class PfnCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("missbgm-test-").FullName;
    private readonly TestConsole _console = new();

    public void Dispose()
    {
        _console.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void Predict_writes_a_column_for_each_class_and_the_predicted_one()
    {
        var (train, test, output) = (Write("train.csv", "x,k,label\n1,a,no\n2,b,yes\n3,,no\n4,b,yes\n"), Write("test.csv", "k,x\na,1\n,\n"), Path.Combine(_folder, "out.csv"));
        Assert.Equal(0, MissBgmApp.Run(["predict", "--model", Nano.Path, "--train", train, "--test", test, "--target", "label", "--out", output], _console));
        var lines = File.ReadAllLines(output);
        Assert.Equal("no,yes,predicted", lines[0]);
        Assert.Equal(3, lines.Length);
    }

    [Fact]
    public void A_users_mistake_is_exit_code_2_and_leaves_no_output()
    {
        var (train, output) = (Write("train.csv", "x,label\n1,a\n2,a\n"), Path.Combine(_folder, "out.csv"));
        Assert.Equal(2, MissBgmApp.Run(["predict", "--model", Nano.Path, "--train", train, "--test", train, "--target", "label", "--out", output], _console));
        Assert.False(File.Exists(output));
    }

    [Fact]
    public void Impute_takes_the_same_bundle_and_refuses_options_of_chains()
    {
        var (data, output) = (Write("data.csv", "a,b\n1,2\n2,\n3,6\n4,8\n"), Path.Combine(_folder, "out.csv"));
        Assert.Equal(0, MissBgmApp.Run(["impute", "--model", Nano.Path, "--data", data, "--out", output, "--draws", "8"], _console));
        Assert.StartsWith("a,b\n1,2\n2,", File.ReadAllText(output), StringComparison.Ordinal);
        Assert.Equal(2, MissBgmApp.Run(["impute", "--model", Nano.Path, "--data", data, "--out", output, "--chains", "8"], _console));
    }

    [Fact]
    public void Inspect_says_what_the_network_has_room_for()
    {
        Assert.Equal(0, MissBgmApp.Run(["inspect", "--model", Nano.Path], _console));
        Assert.Contains("100 features, 10 classes", _console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_altered_bundle_is_named()
    {
        foreach (var file in Directory.EnumerateFiles(Nano.Path)) File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        File.AppendAllText(Path.Combine(_folder, PfnFiles.Pfn), "x");
        Assert.Contains("pfn.onnx is truncated or altered", Assert.Throws<BundleException>(() => PfnModel.Load(_folder)).Message, StringComparison.Ordinal);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
