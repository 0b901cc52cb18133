using System.Buffers;
using System.Globalization;
using Apache.Arrow;
using Apache.Arrow.Compression;
using Apache.Arrow.Ipc;
using Apache.Arrow.Memory;
using Apache.Arrow.Types;
using MissBgm.Runtime.Files;

namespace MissBgm.Runtime.Tables;

/// <summary>What an Arrow file says besides its values.</summary>
/// <param name="Schema">The columns' types, with metadata.</param>
/// <param name="Levels">The levels of columns that are dictionaries, in their order.</param>
internal sealed record ArrowTypes(Schema Schema, IReadOnlyDictionary<string, string[]> Levels) : StoredTypes;

/// <summary>Tables in Apache Arrow's file and stream formats; the file format is Feather of version 2.</summary>
internal static class ArrowTables
{
    /// <summary>Reads a table.</summary>
    /// <exception cref="UserInputException">The file is damaged, or a column holds lists or structures.</exception>
    internal static Table Read(Stream stream, string source, ReadOptions options)
    {
        try
        {
            using var memory = new BoundedAllocator(source, stream.Length);
            var (schema, batches) = Batches(stream, source, memory);
            var nested = schema.FieldsList.Where(field => !ArrowValues.IsRead(field.DataType))
                .Select(field => $"'{field.Name}' ({field.DataType.Name})").ToArray();
            if (nested.Length > 0)
            {
                throw new UserInputException(
                    $"{source}: {string.Join(", ", nested)} {(nested.Length == 1 ? "holds" : "hold")} no single values; leave the "
                    + "column out, or spread it over columns of single values.");
            }
            foreach (var batch in batches) foreach (var array in batch.Arrays) ArrowCheck.Require(array.Data);
            var columns = schema.FieldsList.Select((_, c) => batches.SelectMany(batch => ArrowValues.Texts(batch.Column(c))).ToArray()).ToArray();
            var levels = schema.FieldsList.Select((field, c) => (field, c)).Where(pair => pair.field.DataType is DictionaryType)
                .ToDictionary(
                    pair => pair.field.Name,
                    pair => batches.SelectMany(batch => ArrowValues.Levels(batch.Column(pair.c))).Distinct().ToArray(),
                    StringComparer.Ordinal);
            return TypedTable.Build(source, [.. schema.FieldsList.Select(field => field.Name)], columns, new ArrowTypes(schema, levels), options);
        }
        catch (Exception e) when (e is not MissBgmException)
        {
            throw new UserInputException($"{source} is an Arrow file, and damaged or of a kind that is not read ({e.Message.TrimEnd('.')}); write it anew.", e);
        }
    }

    /// <summary>Writes a table, with the types it was read with where it came from an Arrow file.</summary>
    internal static void Write(Stream stream, Table table, TypedColumn[] columns)
    {
        var types = table.Types as ArrowTypes;
        var arrays = columns
            .Select((column, i) => types is null
                ? ArrowValues.Guessed(column)
                : ArrowValues.Typed(column, types.Schema.FieldsList[i], types.Levels.GetValueOrDefault(column.Name)))
            .ToArray();
        var schema = new Schema(arrays.Select(array => array.Field), types?.Schema.Metadata);
        using var file = new MemoryStream();
        using (var writer = new ArrowFileWriter(file, schema, leaveOpen: true))
        {
            writer.WriteStart();
            writer.WriteRecordBatch(new RecordBatch(schema, arrays.Select(array => array.Values), columns[0].Texts.Length));
            writer.WriteEnd();
        }

        file.Position = 0;
        file.CopyTo(stream);
    }

    private static (Schema Schema, List<RecordBatch> Batches) Batches(Stream stream, string source, MemoryAllocator memory)
    {
        Span<byte> start = stackalloc byte[6];
        stream.Position = 0;
        stream.ReadExactly(start);
        stream.Position = 0;
        var batches = new List<RecordBatch>();
        using var file = new ArrowStream(stream);
        using ArrowStreamReader reader = start.SequenceEqual("ARROW1"u8)
            ? new ArrowFileReader(file, memory, new CompressionCodecFactory(), leaveOpen: true)
            : new ArrowStreamReader(file, memory, new CompressionCodecFactory(), leaveOpen: true);
        while (reader.ReadNextRecordBatch() is { } batch)
        {
            batches.Add(batch);
            UnpackedLimit.RequireCells(source, batches.Sum(read => (long)read.Length), Math.Max(1, batch.ColumnCount), stream.Length);
        }

        return (reader.Schema, batches);
    }
}

/// <summary>
/// Memory for what a file holds and what is packed in it: no more than the file, and what it may unpack to, besides. All of it is given back at the
/// end; that of a damaged file has no owner who would.
/// </summary>
/// <param name="source">What messages call the file.</param>
/// <param name="length">The file's bytes.</param>
internal sealed class BoundedAllocator(string source, long length) : MemoryAllocator, IDisposable
{
    private readonly MemoryAllocator _allocator = Default.Value;
    private readonly List<IMemoryOwner<byte>> _owners = [];
    private long _taken;

    public void Dispose()
    {
        foreach (var owner in _owners) owner.Dispose();
    }

    protected override IMemoryOwner<byte> AllocateInternal(int wanted, out int allocated)
    {
        _taken += allocated = wanted;
        var most = UnpackedLimit.Of(length);
        if (_taken > (most < long.MaxValue - length ? length + most : most)) throw UnpackedLimit.Exceeded(source, length);
        _owners.Add(_allocator.Allocate(wanted));
        return _owners[^1];
    }
}

/// <summary>Arrow's arrays from and to texts.</summary>
internal static class ArrowValues
{
    private const string Moment = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF";

    /// <summary>Whether a type's values are single ones.</summary>
    internal static bool IsRead(IArrowType type) => type is DictionaryType dictionary
        ? IsRead(dictionary.ValueType)
        : type.TypeId is ArrowTypeId.Boolean or ArrowTypeId.Null or ArrowTypeId.Date32 or ArrowTypeId.Date64
            or ArrowTypeId.Timestamp or ArrowTypeId.Decimal128 or ArrowTypeId.String or ArrowTypeId.LargeString
            or ArrowTypeId.StringView or ArrowTypeId.Float or ArrowTypeId.Double
            or (>= ArrowTypeId.UInt8 and <= ArrowTypeId.Int64);

    /// <summary>An array's values; null where there is none.</summary>
    internal static IEnumerable<string?> Texts(IArrowArray array) => Enumerable.Range(0, array.Length).Select(i => Text(array, i));

    /// <summary>The levels of a dictionary.</summary>
    internal static IEnumerable<string> Levels(IArrowArray array) => Texts(((DictionaryArray)array).Dictionary).OfType<string>();

    /// <summary>A column as the type that holds it.</summary>
    internal static (Field Field, IArrowArray Values) Guessed(TypedColumn column) => Typed(column, new Field(column.Name, column.Guess() switch
    {
        ValueType.Integer => Int64Type.Default,
        ValueType.Real => DoubleType.Default,
        ValueType.Date => Date32Type.Default,
        _ => StringType.Default,
    }, true), null);

    /// <summary>A column as the type it was read with; real numbers where an imputed one is none of that type.</summary>
    internal static (Field Field, IArrowArray Values) Typed(TypedColumn column, Field field, string[]? levels)
    {
        try
        {
            return (field, field.DataType is DictionaryType dictionary ? Dictionary(column.Texts, dictionary, levels!) : Values(column.Texts, field.DataType));
        }
        catch (Exception e) when (e is FormatException or OverflowException)
        {
            return (new Field(field.Name, DoubleType.Default, true, field.Metadata), Values(column.Texts, DoubleType.Default));
        }
    }

    private static string? Text(IArrowArray array, int i) => array.IsNull(i) ? null : array switch
    {
        DictionaryArray dictionary => Text(dictionary.Dictionary, int.Parse(Text(dictionary.Indices, i)!)),
        StringArray texts => texts.GetString(i),
        LargeStringArray texts => texts.GetString(i),
        StringViewArray texts => texts.GetString(i),
        BooleanArray flags => flags.GetValue(i)!.Value ? "true" : "false",
        Int8Array numbers => $"{numbers.GetValue(i)}",
        UInt8Array numbers => $"{numbers.GetValue(i)}",
        Int16Array numbers => $"{numbers.GetValue(i)}",
        UInt16Array numbers => $"{numbers.GetValue(i)}",
        Int32Array numbers => $"{numbers.GetValue(i)}",
        UInt32Array numbers => $"{numbers.GetValue(i)}",
        Int64Array numbers => $"{numbers.GetValue(i)}",
        UInt64Array numbers => $"{numbers.GetValue(i)}",
        FloatArray numbers => numbers.GetValue(i) is { } number && !float.IsNaN(number) ? number.ToString("R") : null,
        DoubleArray numbers => numbers.GetValue(i) is { } number && !double.IsNaN(number) ? number.ToString("R") : null,
        Decimal128Array numbers => numbers.GetValue(i)!.Value.ToString(CultureInfo.InvariantCulture),
        Date32Array dates => dates.GetDateTime(i)!.Value.ToString("yyyy-MM-dd"),
        Date64Array dates => dates.GetDateTime(i)!.Value.ToString("yyyy-MM-dd"),
        TimestampArray moments => moments.GetTimestamp(i)!.Value.UtcDateTime.ToString(Moment),
        _ => null,
    };

    private static IArrowArray Values(string?[] texts, IArrowType type)
    {
        return type switch
        {
            StringType or LargeStringType or StringViewType => Strings(texts, type),
            BooleanType => Build<bool, BooleanArray, BooleanArray.Builder>(new BooleanArray.Builder(), bool.Parse),
            Int8Type => Build<sbyte, Int8Array, Int8Array.Builder>(new Int8Array.Builder(), sbyte.Parse),
            UInt8Type => Build<byte, UInt8Array, UInt8Array.Builder>(new UInt8Array.Builder(), byte.Parse),
            Int16Type => Build<short, Int16Array, Int16Array.Builder>(new Int16Array.Builder(), short.Parse),
            UInt16Type => Build<ushort, UInt16Array, UInt16Array.Builder>(new UInt16Array.Builder(), ushort.Parse),
            Int32Type => Build<int, Int32Array, Int32Array.Builder>(new Int32Array.Builder(), int.Parse),
            UInt32Type => Build<uint, UInt32Array, UInt32Array.Builder>(new UInt32Array.Builder(), uint.Parse),
            Int64Type => Build<long, Int64Array, Int64Array.Builder>(new Int64Array.Builder(), long.Parse),
            UInt64Type => Build<ulong, UInt64Array, UInt64Array.Builder>(new UInt64Array.Builder(), ulong.Parse),
            FloatType => Build<float, FloatArray, FloatArray.Builder>(new FloatArray.Builder(), float.Parse),
            DoubleType => Build<double, DoubleArray, DoubleArray.Builder>(new DoubleArray.Builder(), double.Parse),
            Decimal128Type exact => Decimals(texts, exact),
            Date32Type => Build<DateTime, Date32Array, Date32Array.Builder>(new Date32Array.Builder(), Date),
            Date64Type => Build<DateTime, Date64Array, Date64Array.Builder>(new Date64Array.Builder(), Date),
            TimestampType moment => Build<DateTimeOffset, TimestampArray, TimestampArray.Builder>(
                new TimestampArray.Builder(moment), text => new DateTimeOffset(Date(text))),
            _ => new NullArray(texts.Length),
        };

        IArrowArray Build<T, TArray, TBuilder>(IArrowArrayBuilder<T, TArray, TBuilder> builder, Func<string, T> parse)
            where TArray : IArrowArray
            where TBuilder : IArrowArrayBuilder<TArray>
        {
            foreach (var text in texts)
            {
                if (text is null) builder.AppendNull();
                else builder.Append(parse(text));
            }

            return builder.Build(null);
        }
    }

    private static Decimal128Array Decimals(string?[] texts, Decimal128Type type)
    {
        var builder = new Decimal128Array.Builder(type);
        foreach (var text in texts)
        {
            if (text is null) builder.AppendNull();
            else builder.Append(Math.Round(decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), Math.Min(type.Scale, 28)));
        }

        return builder.Build();
    }

    private static IArrowArray Strings(string?[] texts, IArrowType type)
    {
        if (type is StringViewType)
        {
            var views = new StringViewArray.Builder();
            foreach (var text in texts) _ = text is null ? views.AppendNull() : views.Append(text);
            return views.Build();
        }

        if (type is LargeStringType)
        {
            var large = new LargeStringArray.Builder();
            foreach (var text in texts) _ = text is null ? large.AppendNull() : large.Append(text);
            return large.Build();
        }

        var builder = new StringArray.Builder();
        foreach (var text in texts) _ = text is null ? builder.AppendNull() : builder.Append(text);
        return builder.Build();
    }

    private static DictionaryArray Dictionary(string?[] texts, DictionaryType type, string[] levels)
    {
        string[] all = [.. levels, .. texts.OfType<string>().Except(levels)];
        var numbers = all.Select((level, number) => (level, number)).ToDictionary(pair => pair.level, pair => pair.number, StringComparer.Ordinal);
        return new DictionaryArray(
            type, Values(System.Array.ConvertAll(texts, text => text is null ? null : $"{numbers[text]}"), type.IndexType),
            Values(all, type.ValueType));
    }

    private static DateTime Date(string text) =>
        DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
