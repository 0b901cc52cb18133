namespace MissBgm.Runtime.Tables;

/// <summary>
/// Reads the cells of one column of a table by the training table's schema: faults are counted, and levels that the training table does not
/// have.
/// </summary>
internal sealed class ColumnReader
{
    private const int ShownLevels = 5;
    private readonly Table _table;
    private readonly int _column;
    private readonly ColumnSchema _schema;
    private readonly LevelNumbers? _numbers;
    private readonly List<string> _unseen = [];
    private int _unseenCells;
    private int _faults;
    private UserInputException? _first;

    /// <exception cref="UserInputException">The column's unit is not the training table's.</exception>
    internal ColumnReader(Table table, int column, ColumnSchema schema)
    {
        (_table, _column, _schema) = (table, column, schema);
        _numbers = schema.IsDiscrete ? new LevelNumbers(schema.Levels!) : null;
        if (_numbers is not null) return;
        var (own, known) = (table.Notation(column, schema.Notation ?? Notation.Plain).Unit, schema.Notation?.Unit ?? "");
        if (own.Length > 0 && known.Length > 0 && own != known)
        {
            throw new UserInputException($"{table.Source}: column '{schema.Name}' is in {own}, and in {known} in the training table; convert it.");
        }
    }

    /// <summary>The levels that the training table does not have; null if there are none.</summary>
    internal UnseenLevels? Unseen => _unseenCells == 0 ? null : new UnseenLevels(_unseenCells, _unseen);

    /// <summary>An observed cell's number, or its level's; null for a level that the training table does not have, and for what is no value.</summary>
    internal double? Read(int row)
    {
        if (_numbers is not null)
        {
            var text = _table.Text(row, _column);
            if (_numbers.Find(text) is >= 0 and var level) return level;
            _unseenCells++;
            if (_unseen.Count < ShownLevels && !_unseen.Contains(text.Trim())) _unseen.Add(text.Trim());
            return null;
        }

        try
        {
            return CellValue.Number(_table, row, _column, _schema);
        }
        catch (UserInputException e)
        {
            _first ??= e;
            _faults++;
            return null;
        }
    }

    /// <summary>Refuses the column if a cell is no value of it.</summary>
    /// <exception cref="UserInputException">One is; the message names the first and counts the others.</exception>
    internal void Throw()
    {
        if (_first is null) return;
        throw _faults == 1
            ? _first
            : new UserInputException(
                $"{_first.Message} So it is with {_faults - 1} more {(_faults == 2 ? "cell" : "cells")} of the column.");
    }
}
