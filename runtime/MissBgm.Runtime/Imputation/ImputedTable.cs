using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>An imputed table: what is known of every missing cell, and how it was found.</summary>
public sealed class ImputedTable
{
    private readonly Dictionary<(int Row, int Column), int> _index;
    private readonly ColumnSchema[] _schema;

    internal ImputedTable(Table source, ColumnSchema[] schema, int firstRow, int endRow, IReadOnlyList<ImputedCell> cells, ImputeReport report, int rowOffset = 0)
    {
        (Source, _schema, FirstRow, EndRow, Cells, Report, RowOffset) = (source, schema, firstRow, endRow, cells, report, rowOffset);
        _index = Enumerable.Range(0, cells.Count).ToDictionary(i => (cells[i].Row, cells[i].Column));
    }

    /// <summary>The table as given.</summary>
    public Table Source { get; }

    /// <summary>First imputed row.</summary>
    public int FirstRow { get; }

    /// <summary>Row after the last imputed one.</summary>
    public int EndRow { get; }

    /// <summary>Index of the source's first row in the table it is a part of.</summary>
    public int RowOffset { get; }

    /// <summary>The missing cells of the imputed rows in row-major order, in original units.</summary>
    public IReadOnlyList<ImputedCell> Cells { get; }

    /// <summary>How the cells were found.</summary>
    public ImputeReport Report { get; }

    /// <summary>
    /// A cell's value: as observed, or the posterior mean (the mode where only it was computed). In a discrete column it is the number of the observed
    /// level, or of the most probable one.
    /// </summary>
    public double Value(int row, int column)
    {
        if (Source.IsMissing(row, column)) return Cells[_index[(row, column)]].Value;
        var schema = _schema[column];
        return schema.IsDiscrete ? CellValue.Level(Source, row, column, schema, new LevelNumbers(schema.Levels!)) : Source.Number(row, column);
    }

    /// <summary>
    /// Writes the imputed rows as they stand in the source, observed cells byte for byte, missing ones filled with <see cref="Value"/>, rounded
    /// where the column is of whole numbers, within its bounds, or as the level's text.
    /// </summary>
    /// <param name="stream">Where to.</param>
    /// <param name="rounded">Whether columns of whole numbers get whole numbers; else their posterior means as they are, whose squared error is smallest.</param>
    public void WriteCompleted(Stream stream, bool rounded = true) =>
        TableWriter.Write(stream, Source, (row, column) => Text(Cells[_index[(row, column)]].Value, column, rounded), FirstRow, EndRow);

    /// <summary>Writes one of several completed tables, with the draws of one imputation in place of the missing cells.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="imputations">The draws kept in this run.</param>
    /// <param name="imputation">0 to m - 1.</param>
    public void WriteImputation(Stream stream, MultipleImputations imputations, int imputation)
    {
        ArgumentNullException.ThrowIfNull(imputations);
        TableWriter.Write(stream, Source, (row, column) => Text(imputations.Value(imputation, _index[(row, column)]), column), FirstRow, EndRow);
    }

    /// <summary>Writes a line for each missing cell, as <see cref="CellsFile"/> says.</summary>
    public void WriteCells(Stream stream) => CellsFile.Write(stream, this, _schema);

    private string Text(double value, int column, bool rounded = true)
    {
        var schema = _schema[column];
        return Source.Format.Quote(NumberText.Format(value, rounded || schema.Type != ColumnType.Integer ? schema : schema with { Type = ColumnType.Numeric }));
    }
}

/// <summary>How a table was imputed.</summary>
public sealed record ImputeReport
{
    /// <summary>Incomplete rows that the fit had seen: they start from its state.</summary>
    public required int FittedRows { get; init; }

    /// <summary>Incomplete rows that the fit had not seen: they were refined to their mode first.</summary>
    public required int NewRows { get; init; }

    /// <summary>Rows without any observed value: their imputations come from the model's prior.</summary>
    public required IReadOnlyList<int> EmptyRows { get; init; }

    /// <summary>Columns that were constant in training and have missing cells: imputed by their constant.</summary>
    public required IReadOnlyList<string> ConstantColumns { get; init; }

    /// <summary>Categorical columns of more levels than a PFN-Flow network has indicators for: their levels were codes in their order.</summary>
    public IReadOnlyList<string> CrowdedColumns { get; init; } = [];

    /// <summary>With a PFN-Flow model: how much of what the network learned counts. Null otherwise, or where nothing was drawn.</summary>
    public FlowTrust? Trust { get; init; }

    /// <summary>Draws of each chain, or of each cell where draws are no chains; 0 without sampling.</summary>
    public int Draws { get; init; }

    /// <summary>What the sampler's updates after warm-up did, by the name of what they move; empty without sampling.</summary>
    public IReadOnlyDictionary<string, UpdateTally> Updates { get; init; } = new Dictionary<string, UpdateTally>();

    /// <summary>Whether the chains have converged; null where nothing was sampled by chains.</summary>
    public ConvergenceVerdict? Convergence { get; init; }

    /// <summary>Seconds it took.</summary>
    public required double Seconds { get; init; }
}
