using System.Runtime.InteropServices;

namespace MissBgm.Runtime.Forests;

/// <summary>
/// <c>forests.bin</c>: little-endian int32 and float32. The number of Gaussian columns q and of forests; then of each forest its place, numbers of trees,
/// nodes and values, and its roots, columns, thresholds, places below, counts and values (<see cref="RegressionForest"/>).
/// </summary>
public static class ForestFile
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = "forests.bin";

    /// <summary>The file's bytes.</summary>
    /// <param name="forests">The forests.</param>
    /// <param name="columns">q.</param>
    public static byte[] Write(IReadOnlyList<RegressionForest> forests, int columns)
    {
        ArgumentNullException.ThrowIfNull(forests);
        using var stream = new MemoryStream();
        void Integers(params int[] values) => stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        void Reals(float[] values) => stream.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        Integers(columns, forests.Count);
        foreach (var forest in forests)
        {
            Integers(forest.Place, forest.Roots.Length, forest.Columns.Length, forest.Values.Length);
            Integers(forest.Roots);
            Integers(forest.Columns);
            Reals(forest.Thresholds);
            Integers(forest.Below);
            Integers(forest.Counts);
            Reals(forest.Values);
        }

        return stream.ToArray();
    }

    /// <summary>Reads the file and checks that every row comes to an end in a leaf.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="columns">The model's q.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="BundleException">The file is truncated or altered, or of another model.</exception>
    public static IReadOnlyList<RegressionForest> Read(ReadOnlySpan<byte> bytes, int columns, string name)
    {
        var reader = new Reader(bytes, name);
        var (q, count) = (reader.Number(), reader.Number());
        if (q != columns || count < 0 || count > columns) throw reader.Fault();
        var forests = new List<RegressionForest>();
        for (var f = 0; f < count; f++)
        {
            var (place, trees, nodes, values) = (reader.Number(), reader.Number(), reader.Number(), reader.Number());
            var forest = new RegressionForest(
                place, reader.Take<int>(trees), reader.Take<int>(nodes), reader.Take<float>(nodes), reader.Take<int>(nodes), reader.Take<int>(nodes),
                reader.Take<float>(values));
            if (place < 0 || place >= columns || trees < 1 || !IsSound(forest, columns)) throw reader.Fault();
            forests.Add(forest);
        }

        return reader.IsAtEnd ? forests : throw reader.Fault();
    }

    // Nodes stand before those below them.
    private static bool IsSound(RegressionForest forest, int columns)
    {
        var nodes = forest.Columns.Length;
        if (!Array.TrueForAll(forest.Roots, root => root >= 0 && root < nodes) || !Array.TrueForAll(forest.Values, float.IsFinite)) return false;
        for (var i = 0; i < nodes; i++)
        {
            var (column, below, count) = (forest.Columns[i], forest.Below[i], forest.Counts[i]);
            var isSound = column == -1
                ? count > 0 && below >= 0 && below <= forest.Values.Length - count
                : column >= 0 && column < columns && column != forest.Place && below > i && below < nodes - 1 && float.IsFinite(forest.Thresholds[i]);
            if (!isSound) return false;
        }

        return true;
    }

    private ref struct Reader(ReadOnlySpan<byte> bytes, string name)
    {
        private ReadOnlySpan<byte> _left = bytes;

        public readonly bool IsAtEnd => _left.IsEmpty;

        public int Number() => Take<int>(1)[0];

        public T[] Take<T>(int count)
            where T : unmanaged
        {
            if (count < 0 || count > _left.Length / sizeof(int)) throw Fault();
            var values = MemoryMarshal.Cast<byte, T>(_left[..(count * sizeof(int))]).ToArray();
            _left = _left[(count * sizeof(int))..];
            return values;
        }

        public readonly BundleException Fault() => new($"{name} is truncated or altered, or of another model; export the bundle again.");
    }
}
