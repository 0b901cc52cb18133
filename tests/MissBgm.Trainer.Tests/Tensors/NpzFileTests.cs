using System.IO.Compression;
using MissBgm.Runtime;
using MissBgm.Trainer.Tensors;

namespace MissBgm.Trainer.Tests.Tensors;

public sealed class NpzFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void What_is_written_is_read_back()
    {
        var path = _folder.PathOf("a.npz");
        var npz = new NpzFile();
        npz.Add<float>("weights", [1, -2.5f, float.MaxValue, 0, 5, 6], 2, 3);
        npz.Add<long>("position", [1L << 40, -3]);
        npz.Add<double>("seconds", [Math.PI]);
        npz.Add("note", "z -> x, θ");
        npz.Write(path);

        var read = NpzFile.Read(path);

        Assert.Equal([1, -2.5f, float.MaxValue, 0, 5, 6], read.Get<float>("weights"));
        Assert.Equal([1L << 40, -3], read.Get<long>("position"));
        Assert.Equal([Math.PI], read.Get<double>("seconds"));
        Assert.Equal("z -> x, θ", read.GetText("note"));
    }

    [Fact]
    public void The_arrays_are_the_entries_numpy_looks_for()
    {
        var path = _folder.PathOf("a.npz");
        var npz = new NpzFile();
        npz.Add<float>("weights", [1, 2, 3, 4], 2, 2);
        npz.Write(path);

        using var archive = ZipFile.OpenRead(path);
        var entry = Assert.Single(archive.Entries);
        Assert.Equal("weights.npy", entry.FullName);
        using var reader = new StreamReader(entry.Open(), System.Text.Encoding.Latin1);
        Assert.Contains("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", reader.ReadToEnd());
    }

    [Fact]
    public void An_absent_array_and_a_wrong_type_are_named()
    {
        var path = _folder.PathOf("a.npz");
        var npz = new NpzFile();
        npz.Add<float>("weights", [1]);
        npz.Write(path);
        var read = NpzFile.Read(path);

        Assert.Contains("bias", Assert.Throws<UserInputException>(() => read.Get<float>("bias")).Message);
        Assert.Contains("weights", Assert.Throws<UserInputException>(() => read.Get<double>("weights")).Message);
    }

    [Fact]
    public void Nothing_but_the_file_is_left_behind()
    {
        var npz = new NpzFile();
        npz.Add<float>("weights", [1]);
        npz.Write(_folder.PathOf("a.npz"));
        npz.Write(_folder.PathOf("a.npz"));

        Assert.Equal(["a.npz"], Directory.GetFileSystemEntries(_folder.Root).Select(Path.GetFileName));
    }
}
