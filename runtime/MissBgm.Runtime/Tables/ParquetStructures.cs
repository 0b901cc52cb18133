using static MissBgm.Runtime.Tables.ThriftType;

namespace MissBgm.Runtime.Tables;

/// <summary>
/// The structures in which a Parquet file says what is in it, as far as the library reads them (parquet.thrift of Apache Parquet's format;
/// the numbers are the format's). A field that is not named here is passed over.
/// </summary>
internal static class ParquetStructures
{
    private static readonly ThriftType Empty = Structure();

    private static readonly ThriftType KeyValue = Structure((1, Binary), (2, Binary));

    private static readonly ThriftType Statistics = Structure(
        (1, Binary), (2, Binary), (3, Integer), (4, Integer), (5, Binary), (6, Binary), (7, Flag), (8, Flag));

    private static readonly ThriftType SizeStatistics = Structure((1, Integer), (2, List(Integer)), (3, List(Integer)));

    private static readonly ThriftType BoundingBox = Structure(
        (1, Real), (2, Real), (3, Real), (4, Real), (5, Real), (6, Real), (7, Real), (8, Real));

    private static readonly ThriftType GeospatialStatistics = Structure((1, BoundingBox), (2, List(Integer)));

    private static readonly ThriftType Moment = Structure((1, Flag), (2, Structure((1, Empty), (2, Empty), (3, Empty))));

    private static readonly ThriftType LogicalType = Structure(
        (1, Empty), (2, Empty), (3, Empty), (4, Empty), (5, Structure((1, Integer), (2, Integer))), (6, Empty), (7, Moment), (8, Moment),
        (10, Structure((1, Octet), (2, Flag))), (11, Empty), (12, Empty), (13, Empty), (14, Empty), (15, Empty),
        (16, Structure((1, Octet))), (17, Structure((1, Binary))), (18, Structure((1, Binary), (2, Integer))));

    private static readonly ThriftType SchemaElement = Structure(
        (1, Integer), (2, Integer), (3, Integer), (4, Binary), (5, Integer), (6, Integer), (7, Integer), (8, Integer), (9, Integer), (10, LogicalType));

    private static readonly ThriftType PageEncodingStats = Structure((1, Integer), (2, Integer), (3, Integer));

    private static readonly ThriftType ColumnMetaData = Structure(
        (1, Integer), (2, List(Integer)), (3, List(Binary)), (4, Integer), (5, Integer), (6, Integer), (7, Integer), (8, List(KeyValue)),
        (9, Integer), (10, Integer), (11, Integer), (12, Statistics), (13, List(PageEncodingStats)), (14, Integer), (15, Integer),
        (16, SizeStatistics), (17, GeospatialStatistics));

    private static readonly ThriftType ColumnCryptoMetaData = Structure((1, Empty), (2, Structure((1, List(Binary)), (2, Binary))));

    private static readonly ThriftType ColumnChunk = Structure(
        (1, Binary), (2, Integer), (3, ColumnMetaData), (4, Integer), (5, Integer), (6, Integer), (7, Integer), (8, ColumnCryptoMetaData), (9, Binary));

    private static readonly ThriftType SortingColumn = Structure((1, Integer), (2, Flag), (3, Flag));

    private static readonly ThriftType RowGroup = Structure(
        (1, List(ColumnChunk)), (2, Integer), (3, Integer), (4, List(SortingColumn)), (5, Integer), (6, Integer), (7, Integer));

    private static readonly ThriftType ColumnOrder = Structure((1, Empty));

    private static readonly ThriftType Cipher = Structure((1, Binary), (2, Binary), (3, Flag));

    /// <summary>The end of a file: <c>FileMetaData</c>.</summary>
    internal static readonly ThriftType File = Structure(
        (1, Integer), (2, List(SchemaElement)), (3, Integer), (4, List(RowGroup)), (5, List(KeyValue)), (6, Binary), (7, List(ColumnOrder)),
        (8, Structure((1, Cipher), (2, Cipher))), (9, Binary));

    /// <summary>
    /// What stands before a page: <c>PageHeader</c>. Fields 1 to 3 are its kind and its unpacked and packed bytes; 5, 7 and 8 describe a page of
    /// values, a dictionary and values in the newer way, the number of values first.
    /// </summary>
    internal static readonly ThriftType Page = Structure(
        (1, Integer), (2, Integer), (3, Integer), (4, Integer),
        (5, Structure((1, Integer), (2, Integer), (3, Integer), (4, Integer), (5, Statistics))),
        (6, Empty),
        (7, Structure((1, Integer), (2, Integer), (3, Flag))),
        (8, Structure((1, Integer), (2, Integer), (3, Integer), (4, Integer), (5, Integer), (6, Integer), (7, Flag), (8, Statistics))));
}
