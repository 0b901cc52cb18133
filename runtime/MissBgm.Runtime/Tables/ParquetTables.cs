using System.Globalization;
using Parquet;
using Parquet.Schema;

namespace MissBgm.Runtime.Tables;

/// <summary>What a Parquet file says besides its values.</summary>
/// <param name="Fields">The columns.</param>
/// <param name="Metadata">Of the file, such as pandas' index and categories.</param>
internal sealed record ParquetTypes(IReadOnlyList<DataField> Fields, IReadOnlyDictionary<string, string> Metadata) : StoredTypes;

/// <summary>Tables in Apache Parquet.</summary>
internal static class ParquetTables
{
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    /// <summary>Reads a table.</summary>
    /// <exception cref="UserInputException">The file is damaged, or a column holds lists or structures.</exception>
    internal static Table Read(Stream stream, string source, ReadOptions options)
    {
        try
        {
            ThriftCheck.RequireFooter(stream);
            return Task.Run(() => ReadAsync(stream, source, options)).GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is not MissBgmException)
        {
            throw new UserInputException(
                $"{source} is a Parquet file, and damaged or of a kind that is not read ({e.Message.TrimEnd('.')}); write it anew.", e);
        }
    }

    /// <summary>Writes a table, with the types it was read with where it came from a Parquet file.</summary>
    internal static void Write(Stream stream, Table table, TypedColumn[] columns)
    {
        // The writer goes back to fill in lengths, which a pipe does not let it.
        using var file = new MemoryStream();
        Task.Run(() => WriteAsync(file, table.Types as ParquetTypes, columns)).GetAwaiter().GetResult();
        file.Position = 0;
        file.CopyTo(stream);
    }

    private static async Task<Table> ReadAsync(Stream stream, string source, ReadOptions options)
    {
        await using var reader = await ParquetReader.CreateAsync(stream, new ParquetOptions { UseDateOnlyTypeForDates = true }, leaveStreamOpen: true);
        var nested = reader.Schema.Fields.Where(field => field is not DataField { IsArray: false } single || IsBytes(single))
            .Select(field => field.Name).ToArray();
        if (nested.Length > 0)
        {
            throw new UserInputException(
                $"{source}: {string.Join(", ", nested.Select(name => $"'{name}'"))} {(nested.Length == 1 ? "holds" : "hold")} "
                + "lists, structures or bytes; leave the column out, or spread it over columns of single values.");
        }
        ParquetBounds.Require(stream, reader, source);
        var fields = reader.Schema.GetDataFields();
        var columns = Array.ConvertAll(fields, _ => new List<string?>());
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var rows = reader.OpenRowGroupReader(group);
            for (var c = 0; c < fields.Length; c++) columns[c].AddRange(await Texts(rows, fields[c]));
        }

        return TypedTable.Build(source, [.. fields.Select(field => field.Name)], columns, new ParquetTypes(fields, reader.CustomMetadata), options);
    }

    private static bool IsText(DataField field) => field.ClrType == typeof(string) || field.ClrType == typeof(ReadOnlyMemory<char>);

    private static bool IsBytes(DataField field) => field.ClrType == typeof(byte[]) || field.ClrType == typeof(ReadOnlyMemory<byte>);

    private static async Task<string?[]> Texts(ParquetRowGroupReader rows, DataField field)
    {
        if (IsText(field))
        {
            var texts = new string?[rows.RowCount];
            await rows.ReadAsync(field, texts.AsMemory()!);
            return texts;
        }

        return Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Boolean => await Of<bool>(value => value ? "true" : "false"),
            TypeCode.Byte => await Of<byte>(value => value.ToString()),
            TypeCode.SByte => await Of<sbyte>(value => value.ToString()),
            TypeCode.Int16 => await Of<short>(value => value.ToString()),
            TypeCode.UInt16 => await Of<ushort>(value => value.ToString()),
            TypeCode.Int32 => await Of<int>(value => value.ToString()),
            TypeCode.UInt32 => await Of<uint>(value => value.ToString()),
            TypeCode.Int64 => await Of<long>(value => value.ToString()),
            TypeCode.UInt64 => await Of<ulong>(value => value.ToString()),
            TypeCode.Single => await Of<float>(value => float.IsNaN(value) ? null : value.ToString("R")),
            TypeCode.Double => await Of<double>(value => double.IsNaN(value) ? null : value.ToString("R")),
            TypeCode.Decimal => await Of<decimal>(value => value.ToString(CultureInfo.InvariantCulture)),
            TypeCode.DateTime => await Of<DateTime>(value => value.ToString(Moment)),
            _ when field.ClrType == typeof(DateOnly) => await Of<DateOnly>(value => value.ToString("yyyy-MM-dd")),
            _ when field.ClrType == typeof(TimeOnly) => await Of<TimeOnly>(value => value.ToString("HH:mm:ss.FFFFFFF")),
            _ when field.ClrType == typeof(TimeSpan) => await Of<TimeSpan>(value => new DateTime(value.Ticks).ToString("HH:mm:ss.FFFFFFF")),
            _ when field.ClrType == typeof(Guid) => await Of<Guid>(value => value.ToString()),
            _ => throw new UserInputException($"column '{field.Name}' is of type {field.ClrType.Name}, which is not read"),
        };

        async Task<string?[]> Of<T>(Func<T, string?> text)
            where T : struct
        {
            if (!field.IsNullable)
            {
                var values = new T[rows.RowCount];
                await rows.ReadAsync(field, values.AsMemory());
                return Array.ConvertAll(values, value => text(value));
            }

            var cells = new T?[rows.RowCount];
            await rows.ReadAsync(field, cells.AsMemory());
            return Array.ConvertAll(cells, cell => cell is { } value ? text(value) : null);
        }
    }

    private static async Task WriteAsync(Stream stream, ParquetTypes? types, TypedColumn[] columns)
    {
        var cells = columns.Select((column, i) => types is null ? Guessed(column) : Typed(column, types.Fields[i])).ToArray();
        await using var writer = await ParquetWriter.CreateAsync(new ParquetSchema(cells.Select(cell => cell.Field).ToArray<Field>()), stream);
        if (types is not null) writer.CustomMetadata = types.Metadata;
        using var group = writer.CreateRowGroup();
        foreach (var cell in cells) await cell.Write(group);
        group.CompleteValidate();
    }

    private static (DataField Field, Func<ParquetRowGroupWriter, Task> Write) Guessed(TypedColumn column) => column.Guess() switch
    {
        ValueType.Integer => Typed(column, new DataField<long?>(column.Name)),
        ValueType.Real => Typed(column, new DataField<double?>(column.Name)),
        ValueType.Date => Typed(column, new DataField<DateOnly?>(column.Name)),
        _ => Typed(column, new DataField<string>(column.Name)),
    };

    // An imputed value may not be one of the column's type, as a mean amid whole numbers that are declared real ones.
    private static (DataField Field, Func<ParquetRowGroupWriter, Task> Write) Typed(TypedColumn column, DataField field)
    {
        try
        {
            return (field, Cells(column.Texts, field));
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            var real = new DataField<double?>(column.Name);
            return (real, Cells(column.Texts, real));
        }
    }

    private static Func<ParquetRowGroupWriter, Task> Cells(string?[] texts, DataField field)
    {
        if (IsText(field)) return group => group.WriteAsync(field, texts!);
        return Type.GetTypeCode(field.ClrType) switch
        {
            TypeCode.Boolean => Of(bool.Parse),
            TypeCode.Byte => Of(byte.Parse),
            TypeCode.SByte => Of(sbyte.Parse),
            TypeCode.Int16 => Of(short.Parse),
            TypeCode.UInt16 => Of(ushort.Parse),
            TypeCode.Int32 => Of(int.Parse),
            TypeCode.UInt32 => Of(uint.Parse),
            TypeCode.Int64 => Of(long.Parse),
            TypeCode.UInt64 => Of(ulong.Parse),
            TypeCode.Single => Of(float.Parse),
            TypeCode.Double => Of(double.Parse),
            TypeCode.Decimal => Of(Decimal),
            TypeCode.DateTime => Of(text =>
                DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal)),
            _ when field.ClrType == typeof(DateOnly) => Of(text => DateOnly.Parse(text, CultureInfo.InvariantCulture)),
            _ when field.ClrType == typeof(TimeOnly) => Of(text => TimeOnly.Parse(text, CultureInfo.InvariantCulture)),
            _ when field.ClrType == typeof(TimeSpan) => Of(text => TimeSpan.Parse(text, CultureInfo.InvariantCulture)),
            _ => Of(Guid.Parse),
        };

        Func<ParquetRowGroupWriter, Task> Of<T>(Func<string, T> parse)
            where T : struct
        {
            if (field.IsNullable)
            {
                T?[] cells = Array.ConvertAll(texts, text => text is null ? (T?)null : parse(text));
                return group => group.WriteAsync<T>(field, cells.AsMemory());
            }

            var values = Array.ConvertAll(texts, text => parse(text ?? throw new FormatException()));
            return group => group.WriteAsync<T>(field, values.AsMemory());
        }

        decimal Decimal(string text) => Math.Round(
            decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture),
            field is DecimalDataField exact ? Math.Min(exact.Scale, 28) : 28);
    }
}
