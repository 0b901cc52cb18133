using System.Runtime.InteropServices;
using MissBgm.Runtime;
using MissBgm.Runtime.Imputation;

namespace MissBgm.Native;

/// <summary>The functions of missbgm.h.</summary>
internal static unsafe class Exports
{
    private const int Unexpected = 1;
    private static readonly nint Version = Utf8.Copy(typeof(Imputer).Assembly.GetName().Version!.ToString(3));

    [ThreadStatic]
    private static nint _lastError;

    [UnmanagedCallersOnly(EntryPoint = "missbgm_load")]
    public static int Load(nint path, nint* model) => Guarded(() =>
    {
        if (path == 0 || model is null) throw new UserInputException("missbgm_load: the path or the place for the model is NULL.");
        *model = 0;
        *model = GCHandle.ToIntPtr(GCHandle.Alloc(new NativeModel(Marshal.PtrToStringUTF8(path)!)));
    });

    [UnmanagedCallersOnly(EntryPoint = "missbgm_free")]
    public static void Free(nint model)
    {
        if (model == 0) return;
        _ = Guarded(() =>
        {
            var handle = GCHandle.FromIntPtr(model);
            ((NativeModel)handle.Target!).Dispose();
            handle.Free();
        });
    }

    [UnmanagedCallersOnly(EntryPoint = "missbgm_column_count")]
    public static int ColumnCount(nint model) => model == 0 ? -1 : NativeModel.Of(model).Names.Length;

    [UnmanagedCallersOnly(EntryPoint = "missbgm_column_name")]
    public static nint ColumnName(nint model, int column) => model != 0 && Has(model, column) ? NativeModel.Of(model).Names[column] : 0;

    [UnmanagedCallersOnly(EntryPoint = "missbgm_column_type")]
    public static int TypeOfColumn(nint model, int column) => model != 0 && Has(model, column) ? (int)NativeModel.Of(model).Schema.Columns[column].Type : -1;

    [UnmanagedCallersOnly(EntryPoint = "missbgm_level_count")]
    public static int LevelCount(nint model, int column) => model != 0 && Has(model, column) ? NativeModel.Of(model).Levels[column].Length : -1;

    [UnmanagedCallersOnly(EntryPoint = "missbgm_level_name")]
    public static nint LevelName(nint model, int column, int level) =>
        model != 0 && Has(model, column) && NativeModel.Of(model).Levels[column] is var levels && level >= 0 && level < levels.Length ? levels[level] : 0;

    [UnmanagedCallersOnly(EntryPoint = "missbgm_impute")]
    public static int Impute(
        nint model, NativeOptions* options, long rows, double* values, double* completed, double* deviation, double* lower, double* upper,
        double* imputations) =>
        Guarded(() =>
        {
            var own = NativeModel.Of(model);
            var columns = own.Names.Length;
            if (rows < 1 || rows > Array.MaxLength / columns)
            {
                throw new UserInputException($"missbgm_impute: {rows} rows of {columns} columns; allowed is 1 to {Array.MaxLength / columns}.");
            }

            if (values is null) throw new UserInputException("missbgm_impute: the values are NULL.");
            var settings = options is null ? default : *options;
            if (imputations is not null && settings.Imputations < 1)
            {
                throw new UserInputException("missbgm_impute: imputations are wanted, and options->imputations is below 1.");
            }
            var multiple = imputations is null ? null : new MultipleImputations(settings.Imputations);
            var given = new ReadOnlySpan<double>(values, (int)rows * columns);
            var imputed = own.Imputer.Impute(given, settings.For(own.Imputer, multiple));
            Copy(given, completed, 1);
            Copy(given, lower, 1);
            Copy(given, upper, 1);
            Copy(given, imputations, settings.Imputations);
            if (deviation is not null) new Span<double>(deviation, given.Length).Clear();
            for (var i = 0; i < imputed.Cells.Count; i++)
            {
                var cell = imputed.Cells[i];
                var at = cell.Row * columns + cell.Column;
                Set(completed, at, own.Schema.Columns[cell.Column].Nearest(cell.Value));
                Set(deviation, at, cell.Sd);
                Set(lower, at, cell.Lower);
                Set(upper, at, cell.Upper);
                for (var k = 0; multiple is not null && k < multiple.Count; k++) imputations[(long)k * given.Length + at] = multiple.Value(k, i);
            }
        });

    [UnmanagedCallersOnly(EntryPoint = "missbgm_last_error")]
    public static nint LastError()
    {
        if (_lastError == 0) _lastError = Utf8.Copy("");
        return _lastError;
    }

    [UnmanagedCallersOnly(EntryPoint = "missbgm_version")]
    public static nint LibraryVersion() => Version;

    private static bool Has(nint model, int column) => column >= 0 && column < NativeModel.Of(model).Names.Length;

    private static void Copy(ReadOnlySpan<double> values, double* target, int times)
    {
        for (var k = 0; target is not null && k < times; k++) values.CopyTo(new Span<double>(target + (long)k * values.Length, values.Length));
    }

    private static void Set(double* target, int at, double value)
    {
        if (target is not null) target[at] = value;
    }

    // An exception must not leave: it would end the caller's process.
    private static int Guarded(Action work)
    {
        try
        {
            work();
            return 0;
        }
        catch (MissBgmException e)
        {
            return Failed(e.Message, e.ExitCode);
        }
        catch (Exception e)
        {
            return Failed($"A fault of missbgm ({e.GetBaseException().GetType().Name}): {e.GetBaseException().Message}", Unexpected);
        }
    }

    private static int Failed(string message, int code)
    {
        if (_lastError != 0) NativeMemory.Free((void*)_lastError);
        _lastError = Utf8.Copy(message);
        return code;
    }
}
