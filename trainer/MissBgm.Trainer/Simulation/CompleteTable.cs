using MissBgm.Runtime;
using MissBgm.Runtime.Tables;

namespace MissBgm.Trainer.Simulation;

/// <summary>A table to hide cells of: every value must be known.</summary>
public static class CompleteTable
{
    /// <summary>Checks that no cell is missing.</summary>
    /// <exception cref="UserInputException">A cell is missing; the message names it.</exception>
    public static void Require(Table table)
    {
        ArgumentNullException.ThrowIfNull(table);
        for (var i = 0; i < table.Rows; i++)
        {
            for (var j = 0; j < table.Columns; j++)
            {
                if (!table.IsMissing(i, j)) continue;
                throw new UserInputException(
                    $"{table.Source}, line {table.Line(i)}, column '{table.Header[j]}': the cell is missing; cells can be hidden "
                    + "only where their values are known: drop the row or the column.");
            }
        }
    }

    /// <summary>The values, [n, p].</summary>
    /// <exception cref="UserInputException">A cell is missing or does not hold a finite number; the message names it.</exception>
    public static Matrix<float> Values(Table table)
    {
        Require(table);
        var values = new Matrix<float>(table.Rows, table.Columns);
        for (var i = 0; i < table.Rows; i++)
        {
            for (var j = 0; j < table.Columns; j++) values[i, j] = (float)table.Number(i, j);
        }

        return values;
    }
}
