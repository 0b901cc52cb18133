using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MissBgm.Runtime.Tables;

namespace MissBgm.Runtime.Bundles;

/// <summary>
/// Where the fit left the training rows: <c>fitted_rows.bin</c>. A row that comes back at imputation (same observed values, same mask) starts
/// from there and needs no refinement (MissBGM Section 4.3, Appendix E.4: "inference on the training data"). Little-endian: the rows n, the latent
/// dimension d and the encoded columns p as int32; n row keys as uint64, ascending; z as float32 [n, d]; completed x as float32 [n, p].
/// </summary>
/// <param name="LatentDimension">d.</param>
/// <param name="Columns">p.</param>
/// <param name="Keys">Ascending row keys, [n].</param>
/// <param name="Latent">z, row-major [n, d].</param>
/// <param name="Completed">Standardised completed rows, row-major [n, p].</param>
public sealed record FittedRows(int LatentDimension, int Columns, ulong[] Keys, float[] Latent, float[] Completed)
{
    /// <summary>The file's name within a bundle.</summary>
    public const string FileName = "fitted_rows.bin";

    /// <summary>Collects the fitted state of a training table, sorted by row key.</summary>
    /// <param name="table">The encoded training table, [n, p].</param>
    /// <param name="latent">Fitted z, row-major [n, d].</param>
    /// <param name="completed">Fitted completed rows, row-major [n, p].</param>
    /// <param name="latentDimension">d.</param>
    public static FittedRows Create(EncodedTable table, float[] latent, float[] completed, int latentDimension)
    {
        var keys = new ulong[table.Rows];
        var order = new int[table.Rows];
        for (var row = 0; row < table.Rows; row++)
        {
            keys[row] = Key(table, row);
            order[row] = row;
        }

        Array.Sort(keys, order);
        var sortedLatent = new float[latent.Length];
        var sortedCompleted = new float[completed.Length];
        for (var i = 0; i < order.Length; i++)
        {
            latent.AsSpan(order[i] * latentDimension, latentDimension).CopyTo(sortedLatent.AsSpan(i * latentDimension));
            completed.AsSpan(order[i] * table.Columns, table.Columns).CopyTo(sortedCompleted.AsSpan(i * table.Columns));
        }

        return new FittedRows(latentDimension, table.Columns, keys, sortedLatent, sortedCompleted);
    }

    /// <summary>The position of a row in <see cref="Latent"/> and <see cref="Completed"/>, or -1 when the fit did not see it.</summary>
    public int Find(EncodedTable table, int row) => Math.Max(-1, Array.BinarySearch(Keys, Key(table, row)));

    /// <summary>Writes the file's bytes.</summary>
    public void Write(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        Span<byte> header = stackalloc byte[12];
        BinaryPrimitives.WriteInt32LittleEndian(header, Keys.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header[4..], LatentDimension);
        BinaryPrimitives.WriteInt32LittleEndian(header[8..], Columns);
        stream.Write(header);
        stream.Write(MemoryMarshal.AsBytes(Keys.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(Latent.AsSpan()));
        stream.Write(MemoryMarshal.AsBytes(Completed.AsSpan()));
    }

    /// <summary>Reads the file.</summary>
    /// <exception cref="BundleException">The file's size does not match its header.</exception>
    public static FittedRows Read(string path) => Read(File.ReadAllBytes(path), path);

    /// <summary>Reads the file's bytes.</summary>
    /// <param name="bytes">The whole file.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="BundleException">The file's size does not match its header.</exception>
    public static FittedRows Read(ReadOnlySpan<byte> bytes, string name)
    {
        static int Number(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadInt32LittleEndian(at);
        var (n, d, p) = bytes.Length < 12 ? (-1, 0, 0) : (Number(bytes), Number(bytes[4..]), Number(bytes[8..]));
        if (n < 0 || d < 0 || p < 0 || bytes.Length != 12 + n * (Int128)(8L + 4L * ((long)d + p)))
        {
            throw new BundleException($"{name} is truncated or altered; export the bundle again.");
        }

        var keys = MemoryMarshal.Cast<byte, ulong>(bytes.Slice(12, 8 * n)).ToArray();
        var latent = MemoryMarshal.Cast<byte, float>(bytes.Slice(12 + 8 * n, 4 * n * d)).ToArray();
        var completed = MemoryMarshal.Cast<byte, float>(bytes[(12 + 8 * n + 4 * n * d)..]).ToArray();
        return new FittedRows(d, p, keys, latent, completed);
    }

    /// <summary>Checks that the rows are those of a model, and numbers.</summary>
    /// <param name="latentDimension">The model's d.</param>
    /// <param name="columns">The model's p.</param>
    /// <param name="name">What messages call the file.</param>
    /// <exception cref="BundleException">They are not.</exception>
    internal void Require(int latentDimension, int columns, string name)
    {
        if (LatentDimension != latentDimension || Columns != columns)
        {
            throw new BundleException(
                $"{name} is of {LatentDimension} latent dimensions and {Columns} columns, the model of {latentDimension} and "
                + $"{columns}; export the bundle again.");
        }

        if (!Array.TrueForAll(Latent, float.IsFinite) || !Array.TrueForAll(Completed, float.IsFinite))
        {
            throw new BundleException($"{name} holds what is not a finite number; export the bundle again.");
        }
    }

    // The first 64 bits of SHA-256 over the row's encoded values (0 where missing) and its mask.
    private static ulong Key(EncodedTable table, int row)
    {
        Span<byte> hash = stackalloc byte[32];
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        sha.AppendData(MemoryMarshal.AsBytes(table.Values.AsSpan(row * table.Columns, table.Columns)));
        sha.AppendData(MemoryMarshal.AsBytes(table.Observed.AsSpan(row * table.Columns, table.Columns)));
        sha.GetHashAndReset(hash);
        return BinaryPrimitives.ReadUInt64LittleEndian(hash);
    }
}
