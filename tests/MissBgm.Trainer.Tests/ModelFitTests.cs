using MissBgm.CommandLine;
using MissBgm.Runtime;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using MissBgm.Runtime.Tests.Harness;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Tests;

[Collection("live tensors")]
public sealed class ModelFitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_readme_s_example_fits_writes_and_imputes()
    {
        var imputed = Example(RepositoryFiles.PathOf("data", "wine_mnar20.csv"), _folder.PathOf("model.zip"));
        Assert.Equal(imputed.Source.MissingCells, imputed.Cells.Count);
        Assert.Equal(ModelFit.Version, Bundle.Load(_folder.PathOf("model.zip")).Manifest.ToolVersion);
    }

    [Fact]
    public void The_readme_shows_the_example_as_it_is_compiled_here()
    {
        var source = File.ReadAllLines(RepositoryFiles.PathOf("tests", "MissBgm.Trainer.Tests", "ModelFitTests.cs"));
        var lines = source.SkipWhile(line => !line.EndsWith("// README", StringComparison.Ordinal)).Skip(1)
            .TakeWhile(line => !line.Contains("return", StringComparison.Ordinal));
        var block = $"```csharp\n{string.Join('\n', lines.Select(line => line.Trim()))}\n```";
        Assert.Contains(block, File.ReadAllText(RepositoryFiles.PathOf("README.md")));
    }

    [Fact]
    public void A_fit_in_a_program_is_that_of_the_command_line()
    {
        var data = _folder.Write("t.csv", "a,colour\n1,red\n2,?\n3.5,blue\n1.5,green\n2,red\n,red\n");
        var options = new FitOptions { Seed = 7 };
        ModelFit.Run(
            TableReader.Read(data, new ReadOptions { Missing = MissingTokens.Parse("?") }), new FitConfig { Mechanism = "self" }, options)
            .Write(_folder.PathOf("program"));
        var command = new[] { "fit", "--data", data, "--out", _folder.PathOf("command"), "--mechanism", "self", "--seed", "7", "--missing-tokens", "?" };
        Assert.Equal(0, CommandLineHost.Run<Trainer.Cli.TrainerApp>(command, new TestConsole(), default));

        var (program, commandLine) = (Bundle.Load(_folder.PathOf("program")).Manifest, Bundle.Load(_folder.PathOf("command")).Manifest);
        Assert.Equal(commandLine.Files, program.Files);
        Assert.Equal(["", "?"], program.MissingTokens.Order());
    }

    [Fact]
    public void A_manifest_can_be_amended_before_the_model_is_written()
    {
        var table = TableReader.Read(_folder.Write("t.csv", "a,b\n1,2\n2,\n3,1\n4,5\n"));
        var model = ModelFit.Run(table, new FitConfig { Mechanism = "ignorable" });
        (model with { Manifest = model.Manifest with { Inference = model.Manifest.Inference with { Chains = 3 } } }).Write(_folder.PathOf("model"));
        Assert.Equal(3, Bundle.Load(_folder.PathOf("model")).Manifest.Inference.Chains);
    }

    [Fact]
    public void A_table_of_one_row_is_refused()
    {
        var table = Table.FromNumbers(["a", "b"], new[,] { { 1.0, 2.0 }, { 2.0, 1.0 } }).Slice(0, 1);
        Assert.Throws<UserInputException>(() => ModelFit.Run(table));
    }

    private static ImputedTable Example(string csv, string bundle)
    {
        // README
        var table = TableReader.Read(csv);
        var model = ModelFit.Run(table, new FitConfig { Mechanism = "auto" });
        model.Write(bundle);
        using var imputer = Imputer.Load(bundle);
        var imputed = imputer.Impute(table);
        return imputed;
    }
}
