using System.Runtime.InteropServices;
using MissBgm.Runtime;
using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Tables;

namespace MissBgm.Native;

/// <summary>A model that a caller holds by handle, with the texts it was given.</summary>
internal sealed unsafe class NativeModel : IDisposable
{
    private readonly List<nint> _texts = [];

    /// <summary>Loads a fitted model.</summary>
    /// <exception cref="MissBgmException">It cannot be loaded, or is no fitted model.</exception>
    public NativeModel(string path)
    {
        Imputer = Imputer.Load(path);
        Schema = Imputer.Bundle?.Schema
            ?? throw new BundleException($"{path} is no model that was fitted to a table, whose columns are known; impute with missbgm.");
        Names = [.. Schema.Columns.Select(column => Text(column.Name))];
        Levels = [.. Schema.Columns.Select(column => (column.Levels ?? []).Select(Text).ToArray())];
    }

    public Imputer Imputer { get; }

    public TableSchema Schema { get; }

    /// <summary>The columns' names, as texts of the caller's.</summary>
    public nint[] Names { get; }

    /// <summary>The names of the columns' levels.</summary>
    public nint[][] Levels { get; }

    /// <summary>The model behind a handle.</summary>
    public static NativeModel Of(nint handle) =>
        handle == 0 ? throw new UserInputException("The model is NULL; load one with missbgm_load.") : (NativeModel)GCHandle.FromIntPtr(handle).Target!;

    public void Dispose()
    {
        Imputer.Dispose();
        foreach (var text in _texts) NativeMemory.Free((void*)text);
    }

    private nint Text(string text)
    {
        var copy = Utf8.Copy(text);
        _texts.Add(copy);
        return copy;
    }
}
