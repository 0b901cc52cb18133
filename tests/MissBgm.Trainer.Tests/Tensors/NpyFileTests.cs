using System.Text;
using MissBgm.Runtime;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Tests.Tensors;

public sealed class NpyFileTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.npy");

    public void Dispose() => File.Delete(_path);

    [Fact]
    public void Arrays_come_back_as_written()
    {
        RoundTrip([2, 3], [1f, -0f, float.NaN, 4, 5, float.MaxValue]);
        RoundTrip([4], new double[] { 1, 2, 3, 1e-300 });
        RoundTrip([1, 2, 2], new byte[] { 0, 1, 254, 255 });
        RoundTrip([0, 7], Array.Empty<long>());
        RoundTrip([], new[] { -5 });
    }

    [Fact]
    public void The_header_is_numpys()
    {
        NpyFile.Write<float>(_path, [500, 50], new float[25_000]);
        var bytes = File.ReadAllBytes(_path);
        Assert.Equal(128 + 100_000, bytes.Length);
        Assert.Equal("{'descr': '<f4', 'fortran_order': False, 'shape': (500, 50), }".PadRight(117) + "\n", Encoding.ASCII.GetString(bytes, 10, 118));
        Assert.Equal(0x76, bytes[8]);
    }

    [Fact]
    public void A_matrix_in_fortran_order_is_read_row_after_row()
    {
        NpyFile.Write<int>(_path, [2, 3], [1, 4, 2, 5, 3, 6]);
        var file = Encoding.Latin1.GetString(File.ReadAllBytes(_path));
        File.WriteAllBytes(_path, Encoding.Latin1.GetBytes(file.Replace("False,", "True,").Replace("), }", "), } ")));
        Assert.Equal([1, 2, 3, 4, 5, 6], NpyFile.Read<int>(_path).Values);
    }

    [Theory]
    [InlineData(0, "not a NumPy array file")]
    [InlineData(9, "truncated")]
    [InlineData(60, "truncated")]
    [InlineData(200, "truncated")]
    public void A_truncated_file_is_named(int length, string message)
    {
        NpyFile.Write<float>(_path, [10, 10], new float[100]);
        File.WriteAllBytes(_path, File.ReadAllBytes(_path)[..length]);
        var error = Assert.Throws<UserInputException>(() => NpyFile.Read<float>(_path));
        Assert.Contains(_path, error.Message);
        Assert.Contains(message, error.Message);
    }

    [Fact]
    public void Another_element_type_is_refused_by_name()
    {
        NpyFile.Write<float>(_path, [1], [1f]);
        Assert.Contains("'<f4'", Assert.Throws<UserInputException>(() => NpyFile.Read<double>(_path)).Message);
    }

    private void RoundTrip<T>(int[] shape, T[] values)
        where T : unmanaged
    {
        NpyFile.Write<T>(_path, shape, values);
        var (readShape, readValues) = NpyFile.Read<T>(_path);
        Assert.Equal(shape, readShape);
        Assert.Equal(values, readValues);
    }
}
