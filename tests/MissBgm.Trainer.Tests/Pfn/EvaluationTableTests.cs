using MissBgm.Runtime;
using MissBgm.Runtime.Numerics;
using MissBgm.Trainer.Pfn;
using MissBgm.Trainer.Pfn.Evaluation;
using MissBgm.Trainer.Tensors;
using static TorchSharp.torch;

namespace MissBgm.Trainer.Tests.Pfn;

public sealed class EvaluationTableTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pfn").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_untrained_network_guesses_labels_and_imputes_as_its_baseline_does()
    {
        using var state = new PretrainState(TinyNetwork.Pretrain, CPU);
        var scores = Score(state, Write(200), "kind");
        Assert.Equal(Math.Log(3), scores.LogLoss, 4);
        Assert.Equal(0.5, scores.Auc, 9);
        // Columns a and b are related with correlation 0.97, c with neither: mean errors of hidden numbers are near 0.8 for column means; a baseline
        // that regresses leaves about 0.25 where only one of a and b is hidden, and its few draws add noise.
        Assert.InRange(scores.ColumnMeanError, 0.7, 0.9);
        Assert.True(scores.ImputationError < 0.9 * scores.ColumnMeanError, $"{scores}");
        Assert.Equal(scores, Score(state, Path.Combine(_folder, "t.csv"), "kind"));
    }

    [Fact]
    public void A_table_without_a_target_is_imputed_only()
    {
        using var state = new PretrainState(TinyNetwork.Pretrain, CPU);
        var scores = Score(state, Write(60), null);
        Assert.True(double.IsNaN(scores.LogLoss) && double.IsNaN(scores.Auc));
        Assert.False(double.IsNaN(scores.ImputationError));
        Assert.Equal("7,70,t.csv,,,,", scores.ToLine(7, 70)[..14]);
    }

    [Fact]
    public void Each_evaluation_of_a_run_writes_a_line_a_table_and_leaves_the_run_as_it_is()
    {
        var config = TinyNetwork.Pretrain with { Steps = 6, EvaluationSteps = 3 };
        EvaluationTable[] tables = [new() { File = Write(80), Target = "kind" }, new() { File = Write(80) }];
        var records = new List<EvaluationRecord>();
        var without = Run("without", config, new List<EvaluationRecord>());
        Assert.Equal(without, Run("with", config with { EvaluationTables = tables }, records));
        Assert.Equal([2, 2], records.Select(record => record.Tables.Count));
        var lines = File.ReadAllLines(Path.Combine(_folder, "with", "evaluation_tables.csv"));
        Assert.Equal(TableScores.Header, lines[0]);
        Assert.Equal(["3,", "3,", "6,", "6,"], lines[1..].Select(line => line[..2]));
        Assert.False(File.Exists(Path.Combine(_folder, "without", "evaluation_tables.csv")));
    }

    [Fact]
    public void The_area_under_the_curve_counts_ties_half()
    {
        // Of the six pairs of a row of the class and one without, three are won, one is tied.
        Assert.Equal(3.5 / 6, RankScores.Auc([0.9f, 0.5f, 0.5f, 0.7f, 0.1f], [false, true, false, true, false]), 9);
        Assert.True(double.IsNaN(RankScores.Auc([0.1f, 0.2f], [true, true])));
        // Two classes in a room of three: each against the rest is the same area.
        Assert.Equal(1, RankScores.Auc([0.8f, 0.2f, 0, 0.4f, 0.6f, 0], 3, [0, 1], 2), 9);
    }

    [Theory]
    [InlineData("[{file: t.csv, target: kind}]", null)]
    [InlineData(
        "[{file: nowhere.csv}]",
        "c.yaml, line 2: evaluation_tables[0] names the file 'nowhere.csv', which is neither in the working directory nor beside "
        + "the configuration")]
    [InlineData("[{target: kind}]", "evaluation_tables[0] needs the key 'file'")]
    [InlineData("[{file: t.csv, traget: kind}]", "unknown key 'evaluation_tables[0].traget'. Did you mean 'target'?")]
    [InlineData("[t.csv]", "evaluation_tables must list keys with their values")]
    public void The_key_is_read_with_its_place(string value, string? fault)
    {
        Write(40);
        var path = Path.Combine(_folder, "c.yaml");
        File.WriteAllText(path, $"steps: 5\nevaluation_tables: {value}\n");
        if (fault is not null)
        {
            Assert.Contains(fault, Assert.Throws<UserInputException>(() => PretrainConfigReader.Read(path)).Message, StringComparison.Ordinal);
            return;
        }

        var table = Assert.Single(PretrainConfigReader.Read(path).EvaluationTables);
        Assert.Equal((Path.Combine(_folder, "t.csv"), "kind", $"{path}, line 2"), (table.File, table.Target, table.Origin));
    }

    [Theory]
    [InlineData("knid", 12, "has no column 'knid'")]
    [InlineData("a", 12, "column 'a' of")]
    [InlineData("kind", 2, "has 3 features besides the target; allowed is 1 to 2")]
    public void A_table_that_does_not_fit_is_refused_before_the_first_step(string target, int room, string expected)
    {
        var config = TinyNetwork.Pretrain with
        {
            Network = TinyNetwork.Pretrain.Network with { Features = room },
            EvaluationTables = [new EvaluationTable { File = Write(40), Target = target, Origin = "c.yaml, line 2" }],
        };
        var message = Assert.Throws<UserInputException>(() => new Pretraining(config, Path.Combine(_folder, "run"), resume: false, "cpu")).Message;
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.StartsWith("c.yaml, line 2", message, StringComparison.Ordinal);
    }

    private static TableScores Score(PretrainState state, string file, string? target)
        => new TableEvaluation(state.Network, CPU).Of(RealTable.Read(new EvaluationTable { File = file, Target = target }, state.Network.Config));

    private float[] Run(string name, PretrainConfig config, List<EvaluationRecord> records)
    {
        using (var pretraining = new Pretraining(config, Path.Combine(_folder, name), resume: false, "cpu"))
        {
            pretraining.Run(null, _ => { }, records.Add, CancellationToken.None);
        }

        return NpzFile.Read(Path.Combine(_folder, name, Pretraining.CheckpointName)).Get<float>("weights");
    }

    // Numbers a, b (about a) and c, and a label of three kinds by a.
    private string Write(int rows)
    {
        var normals = new float[rows * 3];
        new Philox(8).Normals(normals, RandomPurpose.Simulation, 0, 0, 0);
        var lines = Enumerable.Range(0, rows).Select(row =>
        {
            var (a, noise, c) = (normals[3 * row], normals[3 * row + 1], normals[3 * row + 2]);
            return $"{a:R},{a + 0.25 * noise:R},{(row % 9 == 0 ? "" : $"{c:R}")},{(a < -0.4 ? "low" : a < 0.4 ? "mid" : "high")}";
        });
        var path = Path.Combine(_folder, "t.csv");
        File.WriteAllLines(path, lines.Prepend("a,b,c,kind"));
        return path;
    }
}
