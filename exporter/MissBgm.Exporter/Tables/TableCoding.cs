using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Tables;

/// <summary>
/// A table's own columns as inputs of a graph, and what the model makes of them as outputs: a tensor of the columns of numbers and one of
/// the columns of levels, each in the table's order.
/// </summary>
internal sealed class TableCoding
{
    private readonly Graph _graph;
    private readonly ColumnSchema[] _numberColumns;
    private readonly ColumnSchema[] _levelColumns;

    private TableCoding(Graph graph, TableSchema schema, Func<int, IReadOnlyList<GaussianCoding.CodedColumn>> levelCodes)
    {
        _graph = graph;
        _numberColumns = [.. schema.Columns.Where(column => !column.IsDiscrete)];
        _levelColumns = [.. schema.Columns.Where(column => column.IsDiscrete)];
        var (numbers, levels) = (_numberColumns.Where(column => !column.IsConstant).ToArray(), _levelColumns.Where(column => !column.IsConstant).ToArray());
        if (_numberColumns.Length > 0)
        {
            Numbers = graph.Input(
                "numbers", [PortTexts.Rows, _numberColumns.Length], NumbersText, ElementType.Double, Names(_numberColumns));
        }
        if (_levelColumns.Length > 0)
        {
            Levels = graph.Input("levels", [PortTexts.Rows, _levelColumns.Length], LevelsText, ElementType.Integer, Names(_levelColumns));
        }
        if (numbers.Length > 0) NumberColumns = new NumberColumns(numbers);
        if (levels.Length > 0) LevelColumns = new LevelColumns(levelCodes(numbers.Length));
        Trees = new TreeColumns(numbers, levels);
    }

    /// <summary>Declares the inputs, for a model that sees levels as Gaussian columns.</summary>
    public static TableCoding Gaussian(Graph graph, TableSchema schema) =>
        new(graph, schema, numbers => [.. new GaussianCoding(schema.Modelled).Coded.Skip(numbers)]);

    /// <summary>Declares the inputs, for a model that sees levels as their numbers, as <see cref="TableSchema.Encode"/> gives them.</summary>
    public static TableCoding Numbered(Graph graph, TableSchema schema) => new(graph, schema, numbers =>
    [
        .. schema.Modelled.Skip(numbers).Select((column, l) =>
        {
            double[] codes = [.. Enumerable.Range(0, column.Levels!.Count).Select(level => (double)level)];
            double[] cuts = [.. codes.SkipLast(1).Select(level => level + 0.5)];
            return new GaussianCoding.CodedColumn(numbers + l, 1, Array.ConvertAll(codes, code => new[] { code }), cuts, []);
        }),
    ]);

    /// <summary>The columns of numbers, [N, c], NaN where missing; null if there are none.</summary>
    public Tensor? Numbers { get; }

    /// <summary>The columns of levels, [N, l], -1 where missing; null if there are none.</summary>
    public Tensor? Levels { get; }

    /// <summary>Those of the columns of numbers that are modelled.</summary>
    public NumberColumns? NumberColumns { get; }

    /// <summary>Those of the columns of levels that are modelled.</summary>
    public LevelColumns? LevelColumns { get; }

    /// <summary>The modelled columns of levels that have trees.</summary>
    public TreeColumns Trees { get; }

    /// <summary>All levels of all discrete columns, named as <c>column=level</c>.</summary>
    public IReadOnlyList<string> NamesOfLevels => [.. _levelColumns.SelectMany(column => column.Levels!.Select(level => $"{column.Name}={level}"))];

    /// <summary>The names of the columns of numbers.</summary>
    public IReadOnlyList<string> NamesOfNumbers => Names(_numberColumns);

    /// <summary>The names of the columns of levels.</summary>
    public IReadOnlyList<string> NamesOfLevelColumns => Names(_levelColumns);

    private const string NumbersText =
        "The table's columns of numbers in its own units, [N, columns]; NaN where a cell is missing. Dates are days since 1970-01-01.";
    private const string LevelsText =
        "The table's discrete columns as the numbers of their levels from 0, in the order in which the manifest lists them, [N, "
        + "columns]; -1 where a cell is missing.";

    /// <summary>The rows as the model sees them, [N, q] each: values, 0 where missing, and whether they are observed.</summary>
    public (Tensor X, Tensor Observed) Encode()
    {
        var (values, observed) = (new List<Tensor>(), new List<Tensor>());
        if (NumberColumns is { } numbers)
        {
            var own = Numbers!.Columns(Modelled(_numberColumns));
            var seen = Seen(numbers.Predicts(own), _numberColumns);
            var encoded = numbers.Encode(own.IsNaN().Where(_graph.Scalar(ElementType.Double, 0), own));
            values.Add(seen.Where(encoded, _graph.Constant(0)));
            observed.Add(seen.Cast(ElementType.Real));
        }

        if (LevelColumns is { } levels)
        {
            var own = Levels!.Columns(Modelled(_levelColumns));
            var seen = Seen(own.Less(0).Not(), _levelColumns).Cast(ElementType.Real).Columns(levels.Owners());
            values.Add(seen.Greater(0).Where(levels.Encode(own.Max(0)), _graph.Constant(0)));
            observed.Add(seen);
        }

        return (values.Concat(1), observed.Concat(1));
    }

    /// <summary>Draws of the modelled columns of levels with those of their trees in their place, as often as these have draws.</summary>
    /// <param name="numbers">Draws of the modelled columns of numbers, [S, N, c']; null if there are none.</param>
    /// <param name="levels">Draws of the modelled columns of levels, [S, N, l'].</param>
    /// <param name="uniforms">A uniform number for each tree, [S, N, trees].</param>
    public Tensor DrawByTrees(Tensor? numbers, Tensor levels, Tensor uniforms)
    {
        var parts = new List<Tensor>();
        if (NumberColumns is { } columns)
        {
            var own = Numbers!.Columns(Modelled(_numberColumns));
            parts.Add(Seen(columns.Predicts(own), _numberColumns).Where(own, numbers!));
        }

        var (known, seen) = (Levels!.Columns(Modelled(_levelColumns)), Seen(Levels!.Columns(Modelled(_levelColumns)).Less(0).Not(), _levelColumns));
        return Trees.Draw(parts.Count == 0 ? null : parts[0], seen.Where(known, levels), seen, uniforms);
    }

    /// <summary>
    /// What was computed of the modelled columns of numbers, as columns of the table: where a cell is missing, and the column is one to
    /// impute.
    /// </summary>
    /// <param name="modelled">[..., N, c'].</param>
    /// <param name="constant">What stands in columns that are constant.</param>
    /// <param name="own">What stands in observed cells, [N, c].</param>
    public Tensor CompleteNumbers(Tensor? modelled, Func<ColumnSchema, double> constant, Tensor own) =>
        Imputed(Numbers!.IsNaN(), _numberColumns).Where(Spread(modelled, _numberColumns, constant, ElementType.Double), own);

    /// <summary>Likewise of the columns of levels.</summary>
    public Tensor CompleteLevels(Tensor? modelled) =>
        Imputed(Levels!.Less(0), _levelColumns).Where(Spread(modelled, _levelColumns, column => column.Location, ElementType.Integer), Levels!);

    /// <summary>Whether each column of levels has each level, [..., all levels], 1 or 0.</summary>
    public Tensor Indicators(Tensor levels)
    {
        var slots = _levelColumns.SelectMany((column, c) => column.Levels!.Select((_, level) => (Column: c, Level: (long)level))).ToArray();
        return levels.Columns([.. slots.Select(slot => slot.Column)]).EqualTo(_graph.Integers([.. slots.Select(slot => slot.Level)])).Cast(ElementType.Double);
    }

    /// <summary>The most probable level of each column of levels, [N, l].</summary>
    /// <param name="probabilities">[N, all levels].</param>
    public Tensor MostProbable(Tensor probabilities)
    {
        var widest = _levelColumns.Max(column => column.Levels!.Count);
        var first = _levelColumns.Select((_, c) => _levelColumns.Take(c).Sum(column => column.Levels!.Count)).ToArray();
        var places = _levelColumns
            .SelectMany((column, c) => Enumerable.Range(0, widest).Select(k => (long)(first[c] + Math.Min(k, column.Levels!.Count - 1))))
            .ToArray();
        // A level's stand-ins come after it, and the first of equals is taken.
        var most = probabilities.Gather(_graph.Constant(TensorData.Integers(places, _levelColumns.Length, widest), null), 1).PositionOfLargest(-1);
        return Imputed(Levels!.Less(0), _levelColumns).Where(most, Levels!);
    }

    private static IReadOnlyList<string> Names(IEnumerable<ColumnSchema> columns) => [.. columns.Select(column => column.Name)];

    private static int[] Modelled(ColumnSchema[] columns) => [.. Enumerable.Range(0, columns.Length).Where(c => !columns[c].IsConstant)];

    // A column that predicts no other counts as missing.
    private Tensor Seen(Tensor seen, ColumnSchema[] columns)
    {
        var predicts = columns.Where(column => !column.IsConstant).Select(column => column.Role != ColumnRole.ImputeOnly).ToArray();
        return Array.TrueForAll(predicts, does => does) ? seen : seen.And(_graph.Constant(TensorData.Booleans(predicts, predicts.Length), null));
    }

    // Missing cells of columns that are imputed.
    private Tensor Imputed(Tensor missing, ColumnSchema[] columns)
    {
        var imputed = columns.Select(column => column.Role != ColumnRole.PredictOnly).ToArray();
        return Array.TrueForAll(imputed, is_ => is_) ? missing : missing.And(_graph.Constant(TensorData.Booleans(imputed, imputed.Length), null));
    }

    // All columns: the modelled ones, and the constant ones.
    private Tensor Spread(Tensor? modelled, ColumnSchema[] columns, Func<ColumnSchema, double> value, ElementType type)
    {
        var constant = columns.Where(column => column.IsConstant).ToArray();
        if (constant.Length == 0) return modelled!;
        var values = _graph.Constant(TensorData.From(type, [.. constant.Select(value)], constant.Length), null);
        if (modelled is null) return values;
        var like = modelled.Columns([.. Enumerable.Repeat(0, constant.Length)]);
        int[] order = [.. Modelled(columns), .. Enumerable.Range(0, columns.Length).Where(c => columns[c].IsConstant)];
        return new[] { modelled, values.ExpandAs(like) }.Concat(modelled.Shape.Rank - 1).Columns(
            [.. Enumerable.Range(0, columns.Length).Select(c => Array.IndexOf(order, c))]);
    }
}
