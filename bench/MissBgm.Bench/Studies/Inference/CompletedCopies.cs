using MissBgm.Runtime.Imputation;
using MissBgm.Runtime.Models;
using MissBgm.Runtime.Tables;

namespace MissBgm.Bench.Studies.Inference;

/// <summary>Tables as <c>impute --multiple</c> completes them.</summary>
internal static class CompletedCopies
{
    /// <summary>Numbers as a table.</summary>
    /// <param name="values">Row-major [n, p]; NaN where missing.</param>
    /// <param name="columns">Names of the columns.</param>
    public static Table Table(double[] values, IReadOnlyList<string> columns)
    {
        var cells = new double[values.Length / columns.Count, columns.Count];
        Buffer.BlockCopy(values, 0, cells, 0, values.Length * sizeof(double));
        return Runtime.Tables.Table.FromNumbers([.. columns], cells);
    }

    /// <summary>Completes a table several times.</summary>
    /// <param name="imputer">The model.</param>
    /// <param name="table">The table.</param>
    /// <param name="values">Its numbers, row-major [n, p]; NaN where missing.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <param name="imputations">How often.</param>
    public static IReadOnlyList<double[]> Of(Imputer imputer, Table table, double[] values, ulong seed, int imputations)
    {
        var multiple = new MultipleImputations(imputations);
        var imputed = imputer.Impute(table, new ImputeOptions { Seed = seed, Threads = 1, DrawSinks = [multiple] });
        return [.. Enumerable.Range(0, imputations).Select(imputation =>
        {
            var completed = (double[])values.Clone();
            for (var cell = 0; cell < imputed.Cells.Count; cell++)
            {
                completed[imputed.Cells[cell].Row * table.Columns + imputed.Cells[cell].Column] = multiple.Value(imputation, cell);
            }

            return completed;
        })];
    }
}
