using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;
using MissBgm.Service.Models;
using MissBgm.Service.Requests;

namespace MissBgm.Service.Endpoints;

/// <summary>An imputation that is to be told.</summary>
/// <param name="Model">What the request called the model.</param>
/// <param name="Loaded">What served.</param>
/// <param name="Imputed">The table.</param>
/// <param name="Rows">The rows as they came; null if they came as CSV.</param>
/// <param name="Request">How it was asked.</param>
/// <param name="Multiple">Completed tables besides; null if none were asked for.</param>
internal sealed record Answered(
    string Model, LoadedModel Loaded, ImputedTable Imputed, JsonRows? Rows, ImputeRequest Request, MultipleImputations? Multiple);

/// <summary>
/// Writes an imputation as JSON: <c>rows</c> with the gaps filled, observed cells as they came; <c>cells</c>, what is known of each that was missing;
/// <c>convergence</c>, <c>notes</c>, and which model it was.
/// </summary>
internal static partial class ImputeAnswer
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes it.</summary>
    internal static ReadOnlyMemory<byte> Write(Answered answered)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
        {
            json.WriteStartObject();
            json.WriteString("model", answered.Model);
            json.WriteString("manifest_sha256", answered.Loaded.Hash);
            json.WriteNumber("seed", answered.Request.Seed);
            json.WritePropertyName("rows");
            WriteRows(json, answered, cell => answered.Imputed.Cells[cell].Value, answered.Request.Rounded);
            WriteCells(json, answered.Imputed);
            if (answered.Multiple is { } multiple)
            {
                json.WriteStartArray("imputations");
                for (var i = 0; i < multiple.Count; i++)
                {
                    var number = i;
                    WriteRows(json, answered, cell => multiple.Value(number, cell), rounded: true);
                }

                json.WriteEndArray();
            }

            WriteConvergence(json, answered.Imputed);
            json.WriteStartArray("notes");
            foreach (var note in Notes(answered)) json.WriteStringValue(note);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static IEnumerable<string> Notes(Answered answered)
    {
        var imputed = answered.Imputed;
        return
        [
            .. ImputationNotes.OfTable(imputed, answered.Loaded.Imputer.Bundle?.Schema.Unknown(imputed.Source)), .. ImputationNotes.OfCells(imputed),
            .. ConvergenceSentence.Faults(imputed),
        ];
    }

    private static void WriteRows(Utf8JsonWriter json, Answered answered, Func<int, double> value, bool rounded)
    {
        var (imputed, table) = (answered.Imputed, answered.Imputed.Source);
        JsonEncodedText[] names = [.. table.Header.Select(name => JsonEncodedText.Encode(name, JavaScriptEncoder.UnsafeRelaxedJsonEscaping))];
        var cell = 0;
        json.WriteStartArray();
        for (var row = 0; row < table.Rows; row++)
        {
            json.WriteStartObject();
            for (var column = 0; column < table.Columns; column++)
            {
                json.WritePropertyName(names[column]);
                var isNext = cell < imputed.Cells.Count && imputed.Cells[cell] is var next && next.Row == row && next.Column == column;
                if (isNext) WriteText(json, imputed.Filled(column, value(cell++), rounded), imputed.Schema[column]!);
                else if (table.IsMissing(row, column)) json.WriteNullValue();
                else if (answered.Rows is { } rows) rows.WriteObserved(json, row, column);
                else if (imputed.Schema[column] is { } schema) WriteText(json, table.Text(row, column).Trim(), schema);
                else json.WriteStringValue(table.Text(row, column));
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteCells(Utf8JsonWriter json, ImputedTable imputed)
    {
        json.WriteStartArray("cells");
        foreach (var cell in imputed.Cells)
        {
            var schema = imputed.Schema[cell.Column]!;
            json.WriteStartObject();
            json.WriteNumber("row", cell.Row);
            json.WriteString("column", schema.Name);
            WriteValue(json, "mean", cell.Mean, schema);
            if (!double.IsNaN(cell.Sd)) WriteNumber(json, "sd", CellField.Difference(cell.Sd, schema));
            WriteValue(json, "lower", cell.Lower, schema);
            WriteValue(json, "upper", cell.Upper, schema);
            WriteValue(json, "map", cell.Map, schema);
            if (!double.IsNaN(cell.RHat)) WriteNumber(json, "rhat", CellField.Plain(cell.RHat, "0.####"));
            if (!double.IsNaN(cell.Ess)) WriteNumber(json, "ess", CellField.Plain(cell.Ess, "0.#"));
            if (schema.IsDiscrete) WriteValue(json, "level", cell.Value, schema);
            if (cell.Probabilities is { } probabilities)
            {
                json.WriteStartObject("probabilities");
                for (var level = 0; level < probabilities.Count; level++) json.WriteNumber(schema.Levels![level], Math.Round(probabilities[level], 6));
                json.WriteEndObject();
            }

            if (cell.Note.Length > 0) json.WriteString("note", cell.Note);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteConvergence(Utf8JsonWriter json, ImputedTable imputed)
    {
        if (imputed.Report.Convergence is not { } verdict) return;
        json.WriteStartObject("convergence");
        json.WriteString("summary", ConvergenceSentence.Describe(verdict));
        json.WriteBoolean("converged", verdict.Converged);
        json.WriteNumber("unconverged", verdict.Unconverged);
        json.WriteNumber("imprecise", verdict.Imprecise);
        json.WriteNumber("divergences", verdict.Divergences);
        json.WriteEndObject();
    }

    private static void WriteValue(Utf8JsonWriter json, string name, double value, ColumnSchema schema)
    {
        if (double.IsNaN(value)) return;
        json.WritePropertyName(name);
        WriteText(json, schema.IsDiscrete ? NumberText.Format(value, schema) : CellField.Number(value, schema), schema);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, string text)
    {
        json.WritePropertyName(name);
        json.WriteRawValue(text);
    }

    // Numbers as numbers, with the digits they have in the files; levels, dates and amounts with units as texts.
    private static void WriteText(Utf8JsonWriter json, string text, ColumnSchema schema)
    {
        var ofNumbers = schema.IsDiscrete ? schema.Levels!.All(level => JsonNumber().IsMatch(level)) : schema.Notation is not { IsDate: true };
        if (ofNumbers && JsonNumber().IsMatch(text)) json.WriteRawValue(text, skipInputValidation: true);
        else if (ofNumbers && NumberText.TryParse(text, out var number)) json.WriteNumberValue(number);
        else json.WriteStringValue(text);
    }

    [GeneratedRegex(@"^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$")]
    private static partial Regex JsonNumber();
}
