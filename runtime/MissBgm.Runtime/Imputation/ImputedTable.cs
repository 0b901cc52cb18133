using MissBgm.Runtime.Diagnostics;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Sampling;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Imputation;

/// <summary>An imputed table: what is known of every missing cell, and how it was found.</summary>
public sealed class ImputedTable
{
    private readonly Dictionary<(int Row, int Column), int> _index;
    private readonly ColumnSchema?[] _schema;

    internal ImputedTable(
        Table source, ColumnSchema?[] schema, int firstRow, int endRow, IReadOnlyList<ImputedCell> cells, ImputeReport report,
        int rowOffset = 0)
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

    /// <summary>What the model knows of each of the table's columns; null where a column takes no part.</summary>
    public IReadOnlyList<ColumnSchema?> Schema => _schema;

    /// <summary>The missing cells of the imputed rows in row-major order, in original units.</summary>
    public IReadOnlyList<ImputedCell> Cells { get; }

    /// <summary>How the cells were found.</summary>
    public ImputeReport Report { get; }

    /// <summary>
    /// A cell's value: as observed, or the posterior mean (the mode where only it was computed). In a discrete column it is the number of the observed
    /// level, or of the most probable one. NaN where nothing is known: in columns that take no part, and in cells that stay empty.
    /// </summary>
    public double Value(int row, int column)
    {
        if (Source.IsMissing(row, column)) return _index.TryGetValue((row, column), out var cell) ? Cells[cell].Value : double.NaN;
        if (_schema[column] is not { } schema) return double.NaN;
        if (!schema.IsDiscrete) return Source.Number(row, column);
        return new LevelNumbers(schema.Levels!).Find(Source.Text(row, column)) is >= 0 and var level ? level : double.NaN;
    }

    /// <summary>
    /// Writes the imputed rows as they stand in the source, observed cells byte for byte, missing ones filled with <see cref="Value"/>, rounded
    /// where the column is of whole numbers, within its bounds, or as the level's text.
    /// </summary>
    /// <param name="stream">Where to.</param>
    /// <param name="rounded">Whether columns of whole numbers get whole numbers; else their posterior means as they are, whose squared
    /// error is smallest.</param>
    /// <param name="kind">The format; the source's own if not given.</param>
    public void WriteCompleted(Stream stream, bool rounded = true, TableFileKind kind = default) =>
        TableWriter.Write(stream, Source, (row, column) => Text(row, column, cell => Cells[cell].Value, rounded), FirstRow, EndRow, kind);

    /// <summary>Writes one of several completed tables, with the draws of one imputation in place of the missing cells.</summary>
    /// <param name="stream">Where to.</param>
    /// <param name="imputations">The draws kept in this run.</param>
    /// <param name="imputation">0 to m - 1.</param>
    /// <param name="kind">The format; the source's own if not given.</param>
    public void WriteImputation(Stream stream, MultipleImputations imputations, int imputation, TableFileKind kind = default)
    {
        ArgumentNullException.ThrowIfNull(imputations);
        TableWriter.Write(stream, Source, (row, column) => Text(row, column, cell => imputations.Value(imputation, cell)), FirstRow, EndRow, kind);
    }

    /// <summary>Writes the imputed rows after those of the parts before.</summary>
    internal void WriteCompleted(TableTextWriter writer, bool rounded) =>
        writer.Write(Source, (row, column) => Text(row, column, cell => Cells[cell].Value, rounded), FirstRow, EndRow);

    /// <summary>Writes one imputation's rows after those of the parts before.</summary>
    internal void WriteImputation(TableTextWriter writer, MultipleImputations imputations, int imputation) =>
        writer.Write(Source, (row, column) => Text(row, column, cell => imputations.Value(imputation, cell)), FirstRow, EndRow);

    /// <summary>Writes a line for each missing cell, as <see cref="CellsFile"/> says.</summary>
    public void WriteCells(Stream stream) => CellsFile.Write(stream, this);

    /// <summary>What a cell of a column is filled with, as text.</summary>
    internal string Filled(int column, double value, bool rounded) => NumberText.Format(value, Own(column, rounded));

    // Null keeps the cell as it is.
    private string? Text(int row, int column, Func<int, double> value, bool rounded = true) =>
        _index.TryGetValue((row, column), out var cell) ? Source.Format.Quote(Filled(column, value(cell), rounded)) : null;

    // What is written goes as the table's own cells go, which may be written otherwise than the training table's.
    private ColumnSchema Own(int column, bool rounded)
    {
        var schema = _schema[column]!;
        if (schema.IsDiscrete) return schema;
        var type = rounded || schema.Type != ColumnType.Integer ? schema.Type : ColumnType.Numeric;
        return schema with { Type = type, Notation = Source.Notation(column) is var own && own == Notation.Plain ? null : own };
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

    /// <summary>With a PFN-Flow model: columns that took no part and are as they were.</summary>
    public IReadOnlyList<CarriedColumn> Carried { get; init; } = [];

    /// <summary>Levels that the training table does not have, by column: such cells counted as missing and are as they were.</summary>
    public IReadOnlyDictionary<string, UnseenLevels> Unseen { get; init; } = new Dictionary<string, UnseenLevels>();

    /// <summary>Missing cells that stayed empty by a rule.</summary>
    public int KeptEmpty { get; init; }

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
