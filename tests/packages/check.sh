#!/usr/bin/env bash
# Makes the packages and uses them as others would: a program that takes MissBgm.Runtime runs as it is, trimmed, and compiled ahead of time,
# and says the same; missbgm is installed as a .NET tool. With --trainer missbgm-train is, too, which carries libtorch and takes minutes.
# The solution must have been built, and tests/setup.sh run.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=$PWD work=$(mktemp -d)
trap 'rm -rf "$work" ~/.nuget/packages/missbgm*' EXIT
fail() { echo "packages: $*" >&2; exit 1; }

for project in runtime/MissBgm.Runtime runtime/MissBgm.Runtime.Cli exporter/MissBgm.Exporter trainer/MissBgm.Trainer; do
  dotnet pack "$project" -c Release --no-build -o "$work/source" --nologo -v quiet
done
for name in MissBgm.Runtime MissBgm.Exporter MissBgm.Trainer; do
  listing=$(unzip -l "$work/source/$name".*.nupkg)
  for part in README.md "$name.dll" "$name.xml"; do grep -q "$part" <<<"$listing" || fail "$name lacks $part"; done
  grep -qE '\.so$|win-|osx' <<<"$listing" && fail "$name carries native libraries"
  symbols=$(unzip -l "$work/source/$name".*.snupkg) description=$(unzip -p "$work/source/$name".*.nupkg "$name.nuspec")
  grep -q "$name.pdb" <<<"$symbols" || fail "$name lacks symbols"
  grep -q '<license type="expression">MIT' <<<"$description" || fail "$name lacks its licence"
done

rm -rf ~/.nuget/packages/missbgm*
mkdir "$work/consumer"
cp tests/packages/Program.cs "$work/consumer"
cat > "$work/consumer/nuget.config" <<XML
<configuration><packageSources><add key="local" value="$work/source" /></packageSources></configuration>
XML
cat > "$work/consumer/consumer.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <ImplicitUsings>enable</ImplicitUsings>
    <InvariantGlobalization>true</InvariantGlobalization>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="MissBgm.Runtime" Version="*-*" /></ItemGroup>
</Project>
XML
printf 'a,b\n1,2\n2,\n3,6.5\n4,8\n,10\n6,12\n' > "$work/table.csv"
answer=
for way in -p:SelfContained=false -p:PublishTrimmed=true -p:PublishAot=true; do
  rm -rf "$work/consumer/obj" "$work/out"
  (cd "$work/consumer" && dotnet publish -c Release "$way" -o "$work/out" --nologo -v quiet > "$work/log" 2>&1) || { cat "$work/log" >&2; fail "$way: cannot be published"; }
  grep -E 'MissBgm.*warning IL' "$work/log" && fail "$way: warnings of MissBgm.Runtime"
  said=$("$work/out/consumer" "$here/models/pfn-nano" "$work/table.csv") || fail "$way: the program fails"
  [ -n "$said" ] && [ "$said" = "${answer:-$said}" ] || fail "$way: the program says $said, and before $answer"
  answer=$said
  echo "packages: a consumer with $way imputes ($(du -sh "$work/out" | cut -f1))"
done

install() { # the tool, the size it may have in MB
  dotnet tool install "$1" --tool-path "$work/tools-$1" --add-source "$work/source" --version '*-*' > "$work/log" 2>&1 || { cat "$work/log" >&2; fail "$1 cannot be installed"; }
  "$work/tools-$1/$1" --version || fail "$1 does not start"
  size=$(du -sm "$work/tools-$1" | cut -f1)
  [ "$size" -le "$2" ] || fail "$1 takes $size MB installed; $2 are allowed"
  echo "packages: $1 is installed as a tool ($size MB)"
}
install missbgm 110
if [ "${1:-}" = --trainer ]; then
  dotnet pack trainer/MissBgm.Trainer.Cli -c Release --no-build -o "$work/source" --nologo -v quiet
  install missbgm-train 1600
fi
