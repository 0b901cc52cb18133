using System.Globalization;
using System.Security.Cryptography;
using MissBgm.Runtime.Bundles;
using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Shards;

/// <summary>
/// The imputed table that shards are together, read back from their cells and draws, so that a report of the whole can be written. Numbers have the digits
/// of the file of cells.
/// </summary>
internal sealed class MergedTable
{
    private readonly ShardMerge _merge;
    private readonly Imputer _imputer;
    private readonly Table _table;

    /// <exception cref="UserInputException">The table or the model is not the shards' own.</exception>
    internal MergedTable(ShardMerge merge, Imputer imputer, Table table, string? tableHash)
    {
        (_merge, _imputer, _table) = (merge, imputer, table);
        Require("model", Convert.ToHexStringLower(SHA256.HashData(BundleFiles.Read(imputer.Path).Get(Manifest.FileName))), imputer.Path);
        Require("table", tableHash, table.Source);
    }

    /// <summary>Reads the cells, and hands their draws to a sink, if the shards have any.</summary>
    /// <param name="sink">What takes them.</param>
    /// <returns>The table, and how it was imputed as far as the shards tell.</returns>
    internal (ImputedTable Imputed, ImputeOptions Options) Read(IDrawSink sink)
    {
        var bundle = _imputer.Bundle ?? throw new UserInputException($"{_imputer.Path} is a pretrained model, whose shards need no report; impute at once.");
        var index = new CellIndex(_table, bundle.Schema, 0, _table.Rows, [.. bundle.Manifest.KeepEmpty.Select(KeepEmptyRule.Parse)]);
        var cells = Cells(index.Schema);
        var inference = _imputer.Inference;
        if (_merge.HasDraws) (cells, inference) = WithDraws(cells, index, inference, sink);
        var verdict = _merge.Convergence is { } together ? together with
        {
            MedianEss = Quantile.OfSorted([.. cells.Select(cell => cell.Ess).Where(double.IsFinite).Order()], 0.5),
            WorstCell = cells.IndexOf(cells.MaxBy(cell => cell.RHat)),
        } : null;
        var report = new ImputeReport
        {
            FittedRows = _merge.Shards.Sum(shard => shard.FittedRows),
            NewRows = _merge.Shards.Sum(shard => shard.NewRows),
            EmptyRows = [.. Enumerable.Range(0, _table.Rows).Where(row => Enumerable.Range(0, _table.Columns).All(
                column => index.Schema[column] is null or { IsConstant: true } || _table.IsMissing(row, column)))],
            ConstantColumns = [.. cells.Where(cell => index.Schema[cell.Column]!.IsConstant).Select(cell => _table.Header[cell.Column]).Distinct()],
            KeptEmpty = index.KeptEmpty,
            Draws = _merge.HasDraws ? inference.Draws : 0,
            Convergence = verdict,
            Seconds = _merge.Shards.Sum(shard => shard.Seconds),
        };
        var options = new ImputeOptions
        {
            Seed = ulong.Parse(_merge.Shards[0].Run["seed"], CultureInfo.InvariantCulture),
            MapOnly = !_merge.HasDraws,
            Inference = inference,
        };
        return (new ImputedTable(_table, index.Schema, 0, _table.Rows, cells, report), options);
    }

    private List<ImputedCell> Cells(ColumnSchema?[] schema)
    {
        using var text = new MemoryStream();
        _merge.WriteCells(text);
        var lines = TableReader.Read(text, "the cells", new ReadOptions { Missing = new MissingTokens([""]) });
        var places = lines.Header.Select((name, i) => (name, i)).ToDictionary(column => column.name, column => column.i, StringComparer.Ordinal);
        var columns = _table.Header.Select((name, i) => (name, i)).ToDictionary(column => column.name, column => column.i, StringComparer.Ordinal);
        return [.. Enumerable.Range(0, lines.Rows).Select(line =>
        {
            var column = columns[lines.Text(line, places["column"])];
            var known = schema[column]!;
            var levels = known.IsDiscrete ? new LevelNumbers(known.Levels!) : null;
            double Value(string name)
            {
                if (lines.IsMissing(line, places[name])) return double.NaN;
                var field = lines.Text(line, places[name]);
                if (levels is not null && name is "map" or "lower" or "upper") return levels!.Find(field);
                var notation = known.Notation is { IsDate: true } dates && name is "mean" or "map" or "lower" or "upper" ? known.Notation! : Notation.Plain;
                return notation.TryParse(field, out var value) ? value : double.NaN;
            }

            return new ImputedCell(int.Parse(lines.Text(line, places["row"]), CultureInfo.InvariantCulture), column)
            {
                Mean = Value("mean"),
                Sd = Value("sd"),
                Lower = Value("lower"),
                Upper = Value("upper"),
                Map = Value("map"),
                RHat = Value("rhat"),
                Ess = Value("ess"),
                Note = places.TryGetValue("note", out var note) && !lines.IsMissing(line, note) ? lines.Text(line, note) : "",
            };
        })];
    }

    // Shares of levels are those of the draws.
    private (List<ImputedCell> Cells, InferenceSettings Inference) WithDraws(
        List<ImputedCell> cells, CellIndex index, InferenceSettings inference, IDrawSink sink)
    {
        var at = 0;
        foreach (var (draws, chains, each) in _merge.ReadDraws())
        {
            if (at == 0)
            {
                inference = inference with { Chains = chains, Draws = each };
                sink.Begin(cells.Count, chains, each);
            }

            var cell = cells[at];
            var schema = index.Schema[cell.Column]!;
            sink.Take(at, draws, new ConvergenceSummary(cell.RHat, cell.Ess, cell.TailEss));
            if (schema.IsDiscrete)
            {
                var shares = Enumerable.Range(0, schema.Levels!.Count).Select(level => draws.Count(draw => draw == level) / (double)draws.Length);
                cell = cell with { Probabilities = [.. shares] };
            }

            cells[at++] = cell;
        }

        return (cells, inference);
    }

    private void Require(string name, string? own, string path)
    {
        if (_merge.Shards[0].Run.GetValueOrDefault(name) == own) return;
        throw new UserInputException($"{path} is not the {name} of the shards: its SHA-256 is another one; name the one that they were imputed with.");
    }
}
