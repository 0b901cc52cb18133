namespace MissBgm.Runtime.Tables;

/// <summary>The columns of a training table, and the way between their original units and the model's standardised ones.</summary>
/// <param name="columns">The columns in the training table's order.</param>
public sealed class TableSchema(IReadOnlyList<ColumnSchema> columns)
{
    /// <summary>All columns, in the training table's order.</summary>
    public IReadOnlyList<ColumnSchema> Columns { get; } = columns;

    /// <summary>The columns the model sees: those that are not constant, [p].</summary>
    public IReadOnlyList<ColumnSchema> Modelled { get; } = columns.Where(c => !c.IsConstant).ToArray();

    /// <summary>Finds each column's type and scaling from a training table's observed cells.</summary>
    /// <exception cref="UserInputException">A cell that is not a finite number, a column entirely missing, or no column that varies.</exception>
    public static TableSchema Detect(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var schema = new TableSchema(Enumerable.Range(0, table.Columns).Select(c => DetectColumn(table, c)).ToArray());
        return schema.Modelled.Count > 0
            ? schema
            : throw new UserInputException($"{table.Source}: every column has one value throughout; there is nothing to model.");
    }

    /// <summary>The position in a table of each of <see cref="Columns"/>, matched by name in whatever order.</summary>
    /// <exception cref="UserInputException">Columns are missing or unknown; the message names them.</exception>
    public int[] Locate(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var header = table.Header.ToList();
        var missing = Columns.Select(c => c.Name).Except(header, StringComparer.Ordinal).ToArray();
        var extra = header.Except(Columns.Select(c => c.Name), StringComparer.Ordinal).ToArray();
        if (missing.Length + extra.Length == 0) return Columns.Select(c => header.IndexOf(c.Name)).ToArray();

        var faults = new List<string>();
        if (missing.Length > 0) faults.Add($"lacks {Names(missing)} (add {(missing.Length == 1 ? "it" : "them")}, empty where unknown)");
        if (extra.Length > 0) faults.Add($"has {Names(extra)}, unknown to the model (leave {(extra.Length == 1 ? "it" : "them")} out)");
        throw new UserInputException($"{table.Source}: the columns differ from the training table's: the table {string.Join(" and ", faults)}. The order does not matter.");
    }

    /// <summary>Standardises a table's modelled columns: (value - Location) / Scale, 0 where missing.</summary>
    /// <exception cref="UserInputException">Columns differ from the training table's, or a cell is not a finite number.</exception>
    public EncodedTable Encode(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        var positions = Locate(table);
        var columns = Modelled.Count;
        var values = new float[table.Rows * columns];
        var observed = new float[table.Rows * columns];
        for (var row = 0; row < table.Rows; row++)
        {
            for (int c = 0, encoded = 0; c < positions.Length; c++)
            {
                // Constant columns are read too: what is not a number must not pass.
                var present = !table.IsMissing(row, positions[c]);
                var value = present ? table.Number(row, positions[c]) : Columns[c].Location;
                if (Columns[c].IsConstant) continue;
                var index = row * columns + encoded++;
                values[index] = Standardise(table, row, positions[c], value, Columns[c]);
                observed[index] = present ? 1 : 0;
            }
        }

        return new EncodedTable(table.Rows, columns, values, observed);
    }

    /// <summary>A standardised value in original units.</summary>
    /// <param name="column">Index into <see cref="Modelled"/>.</param>
    /// <param name="standardised">The value as the model sees it.</param>
    public double Decode(int column, double standardised) => Modelled[column].Location + Modelled[column].Scale * standardised;

    private static float Standardise(Table table, int row, int column, double value, ColumnSchema schema)
    {
        var standardised = (float)((value - schema.Location) / schema.Scale);
        // The gradients square it.
        return Math.Abs(standardised) < 1e12f
            ? standardised
            : throw new UserInputException(
                $"{table.Source}, line {table.Line(row)}, column '{schema.Name}': {table.Text(row, column)} is more than 1e12 standard deviations from the training table's mean {schema.Location:G6}; correct it or leave it empty.");
    }

    private static ColumnSchema DetectColumn(Table table, int column)
    {
        var name = table.Header[column];
        var whole = true;
        var values = new List<double>(table.Rows);
        for (var row = 0; row < table.Rows; row++)
        {
            if (table.IsMissing(row, column)) continue;
            values.Add(table.Number(row, column));
            whole &= NumberText.IsWhole(table.Text(row, column));
        }

        if (values.Count == 0)
        {
            throw new UserInputException($"{table.Source}: column '{name}' has no observed value; leave the column out, or supply values.");
        }

        var (minimum, maximum) = (values.Min(), values.Max());
        var constant = minimum == maximum;
        var location = constant ? minimum : values.Average();
        var scale = constant ? 1 : Math.Sqrt(values.Average(v => (v - location) * (v - location)));
        if (!double.IsFinite(location) || !double.IsFinite(scale) || scale == 0)
        {
            throw new UserInputException($"{table.Source}: column '{name}' spans {minimum:G6} to {maximum:G6}, out of the range of double precision; rescale it.");
        }

        return new ColumnSchema
        {
            Name = name,
            Type = whole ? ColumnType.Integer : ColumnType.Numeric,
            Location = location,
            Scale = scale,
            Minimum = minimum,
            Maximum = maximum,
            ObservedShare = values.Count / (double)table.Rows,
        };
    }

    private static string Names(string[] names) =>
        (names.Length == 1 ? "the column " : "the columns ") + string.Join(", ", names.Take(10).Select(n => $"'{n}'")) + (names.Length > 10 ? $" and {names.Length - 10} more" : "");
}
