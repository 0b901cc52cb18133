using System.Text.Json;
using MissBgm.Runtime;
using MissBgm.Runtime.Tables;

namespace MissBgm.Service.Requests;

/// <summary>
/// Rows as JSON objects, a member for each cell: a number, a text or a level; null, and no member, where the cell is missing.
/// </summary>
internal sealed class JsonRows
{
    private readonly JsonElement[] _cells;

    private JsonRows(Table table, JsonElement[] cells) => (Table, _cells) = (table, cells);

    /// <summary>The rows as a table.</summary>
    internal Table Table { get; }

    /// <summary>Reads rows.</summary>
    /// <param name="rows">An array of objects.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="known">The columns that a fitted model knows, those that it must have first; null where the rows say which there are.</param>
    /// <param name="required">How many of them every table must have.</param>
    /// <param name="options">How many rows and cells there may be.</param>
    /// <param name="reading">What stands for a missing cell.</param>
    /// <exception cref="UserInputException">It is not an array of such objects, or a column is unknown.</exception>
    /// <exception cref="Guards.Refusal">There are too many rows or cells.</exception>
    internal static JsonRows Read(JsonElement rows, string name, IReadOnlyList<string>? known, int required, ServeOptions options, ReadOptions reading)
    {
        if (rows.ValueKind != JsonValueKind.Array)
        {
            throw new UserInputException($"'{name}' is {Named(rows)}; it must be an array of objects, one for each row.");
        }

        var count = rows.GetArrayLength();
        if (count == 0) throw new UserInputException($"'{name}' has no rows; give at least one.");
        TableLimits.Require(count, required, 1, options);
        try
        {
            var columns = Columns(rows, name, known, required);
            // Before anything is made of that size: each row may name other columns.
            TableLimits.Require(count, columns.Count, 1, options);
            var cells = new JsonElement[count * columns.Count];
            var texts = new string[cells.Length];
            Array.Fill(texts, "");
            // A column given as numbers is one, however the training table wrote its numbers.
            var (numbers, others) = (new bool[columns.Count], new bool[columns.Count]);
            var row = 0;
            foreach (var element in rows.EnumerateArray())
            {
                foreach (var cell in element.EnumerateObject())
                {
                    var column = columns[cell.Name];
                    var at = row * columns.Count + column;
                    (cells[at], texts[at]) = (cell.Value, Text(cell, name, row));
                    numbers[column] |= cell.Value.ValueKind == JsonValueKind.Number;
                    others[column] |= cell.Value.ValueKind is not (JsonValueKind.Number or JsonValueKind.Null);
                }

                row++;
            }

            var table = Table.FromText([.. columns.Keys], texts, reading.Missing, name);
            for (var column = 0; column < columns.Count; column++)
            {
                if (numbers[column] && !others[column]) table.Declare(column, Notation.Plain);
            }
            return new JsonRows(table, cells);
        }
        catch (InvalidOperationException e)
        {
            // A text that is not UTF-8, or half of a surrogate pair.
            throw new UserInputException($"'{name}' holds a text that is no Unicode: {e.Message}", e);
        }
    }

    /// <summary>Writes an observed cell as it came.</summary>
    internal void WriteObserved(Utf8JsonWriter json, int row, int column) => _cells[row * Table.Columns + column].WriteTo(json);

    private static OrderedDictionary<string, int> Columns(JsonElement rows, string name, IReadOnlyList<string>? known, int required)
    {
        var columns = new OrderedDictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < required; i++) columns.Add(known![i], i);
        var row = 0;
        foreach (var element in rows.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.Object)
            {
                throw new UserInputException($"'{name}', row {row}: {Named(element)}; a row must be an object, such as {{\"a\": 1.5, \"b\": null}}.");
            }

            foreach (var cell in element.EnumerateObject())
            {
                if (columns.ContainsKey(cell.Name)) continue;
                if (known is not null && !known.Contains(cell.Name))
                {
                    throw new UserInputException(
                        $"'{name}', row {row}: the model has no column '{cell.Name}'; it has {Listing.Of(known, column => $"'{column}'")}.");
                }

                columns.Add(cell.Name, columns.Count);
            }

            row++;
        }

        if (columns.Count == 0) throw new UserInputException($"'{name}' has rows without columns.");
        return columns;
    }

    private static string Text(JsonProperty cell, string name, int row) => cell.Value.ValueKind switch
    {
        JsonValueKind.Number => cell.Value.GetRawText(),
        JsonValueKind.String => cell.Value.GetString()!,
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.Null => "",
        _ => throw new UserInputException($"'{name}', row {row}, column '{cell.Name}': {Named(cell.Value)}; allowed are numbers, texts and null."),
    };

    private static string Named(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        JsonValueKind.Undefined => "missing",
        _ => "true or false",
    };
}
