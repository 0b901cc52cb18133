using System.Text;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>What a fit did: printed, or serialised with <c>--json</c>.</summary>
internal sealed record FitSummary
{
    public required string Model { get; init; }

    public required int Rows { get; init; }

    public required int Columns { get; init; }

    public required int MissingCells { get; init; }

    public required int Epochs { get; init; }

    /// <summary>The epoch the model was taken from, when the fit stopped early.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>Error on the observed cells kept from the fit, standardised.</summary>
    public double? HeldOutError { get; init; }

    public required ulong Seed { get; init; }

    public required double Seconds { get; init; }

    public required IReadOnlyDictionary<string, double> FinalLosses { get; init; }

    /// <summary>Mean microseconds of each kind of step.</summary>
    public IReadOnlyDictionary<string, double> StepMicroseconds { get; init; } = new Dictionary<string, double>();

    /// <summary>Why the mechanism was chosen; null for the paper's.</summary>
    public MechanismEvidence? Evidence { get; init; }

    /// <summary>Which generators were averaged, and why; null for the paper's.</summary>
    public GeneratorEvidence? Generator { get; init; }

    /// <summary>The summary of a fit to a table.</summary>
    internal static FitSummary Of(string model, TableSize table, Manifest manifest, StepProfile profile) => new()
    {
        Model = model,
        Rows = table.Rows,
        Columns = table.Columns,
        MissingCells = table.MissingCells,
        Epochs = manifest.Training.Epochs,
        BestEpoch = manifest.Training.BestEpoch,
        HeldOutError = manifest.Training.HeldOutError,
        Seed = manifest.Seed,
        Seconds = Math.Round(manifest.Training.Seconds ?? 0, 3),
        FinalLosses = manifest.Training.FinalLosses,
        StepMicroseconds = manifest.Mechanism == Mechanism.Paper ? profile.ByName() : new Dictionary<string, double>(),
        Evidence = manifest.Evidence,
        Generator = manifest.Generator,
    };

    public override string ToString() => new StringBuilder()
        .AppendLine($"fitted   {Rows} rows x {Columns} columns, {MissingCells} cells missing; {Epochs} epochs in {Seconds:F1} s (seed {Seed})")
        .Append(BestEpoch is null
            ? ""
            : $"taken    from epoch {BestEpoch}, where held-out cells are imputed best (RMSE {HeldOutError:F4} standard deviations)"
                + Environment.NewLine)
        .AppendLine($"losses   {string.Join(", ", FinalLosses.Select(loss => $"{loss.Key} {loss.Value:F4}"))}")
        .AppendLine(Evidence is null
            ? $"steps    {string.Join(", ", StepMicroseconds.Select(step => $"{step.Key} {step.Value:F0} us"))}"
            : $"mask     {Evidence.Chosen.Name()}{(Evidence.Forced ? ", as asked" : ", chosen by the data")}")
        .Append($"model    {Model}")
        .ToString();
}

/// <summary>How large a table is.</summary>
internal readonly record struct TableSize(int Rows, int Columns, int MissingCells)
{
    internal static TableSize Of(Table table) => new(table.Rows, table.Columns, table.MissingCells);
}
