using MissBgm.CommandLine;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Tables;
using MissBgm.Trainer.Configuration;
using MissBgm.Trainer.Running;

namespace MissBgm.Trainer.Cli.Fit;

/// <summary>What a running fit says on stderr: notes about the table, and progress with the time left.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="written">Told where the model is, once it has been written; null for nobody.</param>
/// <param name="begun">Told, whenever there is progress, that the fit has come so far; null for nobody.</param>
internal sealed class FitMessages(Terminal terminal, Action<string>? written = null, Action? begun = null) : IProgress<FitProgress>, IDisposable
{
    private const int FewRows = 50;
    private const int FewCells = 10;
    private readonly ProgressLine _progress = terminal.Progress("fitting");

    /// <summary>Told that the model has been written.</summary>
    public void Written(string model) => written?.Invoke(model);

    /// <summary>Says what the fit will do with columns and rows out of the ordinary.</summary>
    public void Describe(Table table, TableSchema schema)
    {
        foreach (var note in table.Notes) Note(note);
        if (schema.Carried.Count > 0) Note(CarriedSentence.Describe(schema.Carried));
        foreach (var note in Sentinels.Find(table, schema)) Note(note);
        if (ColumnPair.Find(table, schema) is { Count: > 0 } apart)
        {
            var shown = string.Join(", ", apart.Take(3).Select(pair => $"'{pair.First}' and '{pair.Second}'"));
            Warn(
                $"never observed in one row: {shown}{(apart.Count > 3 ? $" and {apart.Count - 3} more pairs" : "")}; how they go "
                + "together the data cannot tell, so intervals of the one given the other may be too narrow.");
        }

        if (schema.Modelled.Where(column => column.ObservedCells < FewCells).ToArray() is { Length: > 0 } few)
        {
            var cells = Listing.Of(few, column => $"'{column.Name}' ({column.ObservedCells})");
            Warn($"few observed cells: {cells}. What is imputed there is hardly more than a guess.");
        }

        foreach (var type in schema.Modelled.Where(column => column.IsDiscrete).GroupBy(column => column.Type))
        {
            var columns = Listing.Of([.. type], column => $"'{column.Name}' ({Levels(column)})");
            Note($"{type.Key.ToString().ToLowerInvariant()}: {columns}. Say otherwise under 'columns' in the configuration.");
        }

        if (schema.Columns.Where(column => column.IsConstant).ToArray() is { Length: > 0 } constant)
        {
            var values = Listing.Of(constant, column => $"'{column.Name}' ({column.Levels?[(int)column.Location] ?? $"{column.Minimum}"})");
            Note($"with one value throughout, by which they are imputed: {values}.");
        }

        var positions = schema.Locate(table);
        var modelled = Enumerable.Range(0, positions.Length).Where(column => !schema.Columns[column].IsConstant).Select(column => positions[column]).ToArray();
        var empty = Enumerable.Range(0, table.Rows).Where(row => modelled.All(column => table.IsMissing(row, column))).ToArray();
        if (empty.Length > 0)
        {
            var shown = string.Join(", ", empty.Take(10).Select(table.Line));
            Note(
                $"{empty.Length} {(empty.Length == 1 ? "row has" : "rows have")} no observed value (line "
                + $"{shown}{(empty.Length > 10 ? ", ..." : "")}): imputed from the model's prior.");
        }

        if (table.Rows < FewRows)
        {
            Note($"{table.Rows} rows are few: little is known of the model itself, and the intervals may be too narrow.");
        }

        if (table.MissingCells == 0)
        {
            Note("no cell is missing: the model is fitted all the same, to impute other tables.");
        }
    }

    /// <summary>Says why the model is what it is.</summary>
    public void Explain(Manifest manifest, FitConfig config)
    {
        if (manifest.Evidence is { } evidence)
        {
            Note(EvidenceSentence.Summarise(evidence));
            terminal.Detail(EvidenceSentence.Describe(evidence));
        }

        if (manifest.Generator is { } generator)
        {
            Note(GeneratorSentence.Summarise(generator));
            terminal.Detail(GeneratorSentence.Describe(generator));
        }

        var forests = manifest.Columns.Select(column => column.Forest?.Weight).OfType<double>().ToArray();
        if (forests.Length > 0)
        {
            Note(
                $"{forests.Length} of {manifest.Columns.Count} columns are drawn by forests of trees too, {forests.Min():P0} to {forests.Max():P0} "
                + "of their draws.");
        }

        if (manifest.Training.ChosenRows is { } chosen) Note($"parameters were fitted to {chosen} of {manifest.Training.Rows} rows, drawn at random.");

        if (manifest.Mechanism == Mechanism.Paper && !config.Paper.UseBnn)
        {
            Note(
                "imputations are drawn with one set of weights: they leave the fit's own uncertainty out, and standard errors pooled of them "
                + "are too small. With paper: {use_bnn: true} weights are drawn; mechanism auto draws its parameters.");
        }

        if (manifest.Mechanism == Mechanism.Paper && config.Paper.EarlyStopping.Enabled && manifest.Training.BestEpoch is null)
        {
            Note($"too few observed cells to keep any from the fit, so it could not stop early and ran all {manifest.Training.Epochs} epochs.");
        }
    }

    /// <summary>Warns of something.</summary>
    private void Warn(string text) => terminal.Warn(text);

    /// <summary>Says something, on a line of its own.</summary>
    public void Note(string text) => terminal.Note(text);

    /// <summary>The progress of imputing the table for a report.</summary>
    public ProgressLine Imputing() => terminal.Progress("imputing");

    /// <inheritdoc />
    public void Report(FitProgress value)
    {
        begun?.Invoke();
        var stage = value.Stage == FitStage.WarmStart ? "warm start" : "epoch";
        var losses = string.Concat(value.Losses.Select(loss => $", {loss.Key} {loss.Value:F4}"));
        _progress.Report($"{stage} {Math.Floor(value.Done)}/{value.Total}{losses}", value.Remaining);
    }

    public void Dispose() => _progress.Dispose();

    private static string Levels(ColumnSchema column) => column.Levels!.Count <= 3 ? string.Join(", ", column.Levels) : $"{column.Levels.Count} levels";
}
