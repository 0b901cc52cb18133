using MissBgm.Exporter.Graphs;
using MissBgm.Exporter.Operators;
using MissBgm.Runtime.Marginals;
using MissBgm.Runtime.Tables;

namespace MissBgm.Exporter.Tables;

/// <summary>The modelled columns of numbers between a table's units and the model's, [c]: scaling, maps, bounds, whole numbers.</summary>
/// <param name="columns">The columns.</param>
internal sealed class NumberColumns(IReadOnlyList<ColumnSchema> columns)
{
    private readonly ColumnGroups _scales = new([.. columns.Select(column => column.Marginal?.Scale == MarginalScale.Normal)]);
    private readonly ColumnGroups _maps = new([.. columns.Select(column => column.Marginal is not null)]);

    /// <summary>How many there are, c.</summary>
    public int Count => columns.Count;

    /// <summary>Values as the model sees them, Real; what is not a number must have been replaced.</summary>
    public Tensor Encode(Tensor values)
    {
        var standardised = Limited(((values - Row(values, column => column.Location)) / Row(values, column => column.Scale)).Cast(ElementType.Real));
        return _scales.Merge(standardised, mapped =>
        {
            // From the standardised value in single precision, as the runtime does it.
            var value = mapped.Cast(ElementType.Double) * Row(values, column => column.Scale, _scales.Chosen)
                + Row(values, column => column.Location, _scales.Chosen);
            return Curves(_scales.Chosen).Encode(value).Cast(ElementType.Real);
        });
    }

    /// <summary>Whether values are numbers, and plausible ones of their columns.</summary>
    public Tensor Predicts(Tensor values)
    {
        var numbers = values.IsNaN().Not();
        if (columns.All(column => column.Plausible is null)) return numbers;
        var lowest = Row(values, column => column.Plausible?.Lower ?? double.NegativeInfinity);
        var highest = Row(values, column => column.Plausible?.Upper ?? double.PositiveInfinity);
        return numbers.And(values.Less(lowest).Not()).And(values.Greater(highest).Not());
    }

    /// <summary>Draws of the model's columns, Real, as values of the table's: within bounds, and whole where the column is.</summary>
    public Tensor Decode(Tensor scores) => Nearest(_maps.Merge(
        Unscaled(scores), mapped => Curves(_maps.Chosen).Decode(mapped), _ => _maps.Pick(scores.Cast(ElementType.Double))));

    /// <summary>The values in the table's units, neither rounded nor bounded nor mapped.</summary>
    public Tensor Unscaled(Tensor standardised) =>
        standardised.Cast(ElementType.Double) * Row(standardised, column => column.Scale) + Row(standardised, column => column.Location);

    /// <summary>The nearest values that the columns may take.</summary>
    public Tensor Nearest(Tensor values)
    {
        if (columns.All(column => column is { Type: ColumnType.Numeric, LowerBound: null, UpperBound: null })) return values;
        var whole = columns.Select(column => column.Type == ColumnType.Integer).ToArray();
        if (Array.Exists(whole, is_ => is_))
        {
            values = Array.TrueForAll(whole, is_ => is_) ? values.Round() : Flags(values, whole).Where(values.Round(), values);
        }

        var (lowest, highest) = (
            Bound(column => column.LowerBound ?? double.NegativeInfinity, Math.Ceiling),
            Bound(column => column.UpperBound ?? double.PositiveInfinity, Math.Floor));
        if (!Array.TrueForAll(lowest, double.IsNegativeInfinity)) values = values.Max(values.Graph.Doubles(lowest, [columns.Count]));
        return Array.TrueForAll(highest, double.IsPositiveInfinity) ? values : values.Min(values.Graph.Doubles(highest, [columns.Count]));

        double[] Bound(Func<ColumnSchema, double> bound, Func<double, double> inwards) =>
            [.. columns.Select(column => column.Type == ColumnType.Integer ? inwards(bound(column)) : bound(column))];
    }

    /// <summary>The columns' scales, [c].</summary>
    public Tensor Scales(Tensor like) => Row(like, column => column.Scale);

    /// <summary>
    /// Where the second tensor is of columns whose values are not all the numbers, [..., c]: restricted ones; the first elsewhere.
    /// </summary>
    public Tensor WhereRestricted(Tensor free, Tensor restricted)
    {
        var flags = columns.Select(column => column.IsRestricted).ToArray();
        return Array.TrueForAll(flags, flag => flag) ? restricted : Array.TrueForAll(flags, flag => !flag) ? free : Flags(free, flags).Where(restricted, free);
    }

    // On the raw scale a value far out may count as one at a limit.
    private Tensor Limited(Tensor standardised)
    {
        double[] limits = [.. columns.Select(column => (column.Marginal is { Scale: MarginalScale.Raw } map ? map.Limit : null) ?? double.PositiveInfinity)];
        if (Array.TrueForAll(limits, double.IsPositiveInfinity)) return standardised;
        var most = standardised.Graph.Constant(limits, [limits.Length]);
        return standardised.Min(most).Max(-most);
    }

    private MarginalCurves Curves(int[] chosen) => new([.. chosen.Select(c => columns[c].Marginal!)]);

    private Tensor Row(Tensor like, Func<ColumnSchema, double> value, int[]? chosen = null)
    {
        var row = chosen is null ? columns : [.. chosen.Select(c => columns[c])];
        return like.Graph.Doubles([.. row.Select(value)], [row.Count]);
    }

    private static Tensor Flags(Tensor like, bool[] flags) => like.Graph.Constant(TensorData.Booleans(flags, flags.Length), null);
}
