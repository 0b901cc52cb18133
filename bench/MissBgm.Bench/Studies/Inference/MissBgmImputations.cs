using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Running;

namespace MissBgm.Bench.Studies.Inference;

/// <summary>The toolchain as a user has it: fit, bundle, <c>impute --multiple</c>.</summary>
/// <param name="name">Its name in the results.</param>
/// <param name="config">The fit's configuration.</param>
/// <param name="imputations">m.</param>
internal sealed class MissBgmImputations(string name, FitConfig config, int imputations) : IMultipleImputer
{
    public string Name => name;

    /// <summary>The mechanism chosen in each of the last tables.</summary>
    public IReadOnlyList<Mechanism> Chosen { get; private set; } = [];

    public IReadOnlyList<IReadOnlyList<double[]>> Impute(IReadOnlyList<double[]> tables, IReadOnlyList<string> columns, int seed)
    {
        var (completed, chosen) = (new List<IReadOnlyList<double[]>>(), new List<Mechanism>());
        var bundle = Path.Combine(Path.GetTempPath(), $"missbgm-bench-{Environment.ProcessId}.zip");
        foreach (var (values, i) in tables.Select((values, i) => (values, i)))
        {
            var (table, fitSeed) = (CompletedCopies.Table(values, columns), (ulong)(seed + i));
            var declarations = new ColumnDeclarations
            {
                Detection = TypeDetection.Off,
                Columns = columns.Contains("group") ? new Dictionary<string, ColumnDeclaration> { ["group"] = new() { Type = ColumnType.Categorical } } : [],
            };
            var model = ModelFit.Run(table, config with { Columns = declarations }, new FitOptions { Seed = fitSeed, Threads = 1 });
            model.Write(bundle);
            using var imputer = Imputer.Load(bundle);
            chosen.Add(model.Manifest.Mechanism);
            completed.Add(CompletedCopies.Of(imputer, table, values, fitSeed, imputations));
        }

        File.Delete(bundle);
        Chosen = chosen;
        return completed;
    }
}
