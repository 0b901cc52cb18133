namespace MissBgm.Trainer.Simulation;

/// <summary>A matrix, row after row.</summary>
/// <param name="Rows">Number of rows.</param>
/// <param name="Columns">Number of columns.</param>
/// <param name="Values">Row-major [Rows, Columns].</param>
public sealed record Matrix<T>(int Rows, int Columns, T[] Values)
{
    /// <summary>A matrix of default values.</summary>
    public Matrix(int rows, int columns) : this(rows, columns, new T[checked(rows * columns)])
    {
    }

    /// <summary>The cell at a row and a column.</summary>
    public ref T this[int row, int column] => ref Values[row * Columns + column];
}
