namespace MissBgm.Runtime.Tables;

/// <summary>The types of a file's columns, kept to be written again: one record for each format that has types.</summary>
internal abstract record StoredTypes;
