import { ownerFile } from '../host/paths';
import {
  foreverEpoch,
  gateAdmittedFile,
  gateClientsFile,
  gateConfigFile,
  gateLeaseFile,
  gateLoadedFile,
  gatePolicyFile,
} from './gate-files';
import { gateLibrary } from './gate-library';

/**
 * The push, on the host, under its lock. Standard input: lines "NAME VALUE" (version, slots, policy, fingerprint …, and `prepare`
 * where the gate is not to be run yet), an empty line, the CAs as PEM.
 *
 * Order: files (so that a gate that starts in between is right already), fingerprints out of every worker's memory,
 * connections of theirs ended until none is left, lease, CAs, fingerprints in, and at last everything is read back. A
 * version older than the host's changes nothing, unless the host's was pushed for another owner.
 *
 * admitted.map says besides which slot a removed certificate had ("gone"), so that connections are attributed also when a
 * push is repeated, and since when a slot has its certificate ("since"), so that no use of a former one is counted.
 */
export const pushProgram = String.raw`${gateLibrary}
my (%set, %want);
while (<STDIN>) { chomp; last if $_ eq ''; my ($name, $value) = split / /, $_, 2; if ($name eq 'fingerprint') { $want{$value} = 1 } else { $set{$name} = $value } }
my $cas = do { local $/; <STDIN> };
my $owner = get('${ownerFile}'); $owner = '' unless defined $owner; $owner =~ s/\s+$//;

my %have = (version => -1, owner => '', slot => {}, gone => {}, since => {});
my $former = get('${gateAdmittedFile}');
for (split /\n/, defined $former ? $former : '') {
  if (/^# version (\d+)$/) { $have{version} = $1 }
  elsif (/^# owner (.*)$/) { $have{owner} = $1 }
  elsif (/^# gone (s\d+) ([0-9A-F]+)$/) { $have{gone}{$1} = $2 }
  elsif (/^# since (s\d+) (\d+)$/) { $have{since}{$1} = $2 }
  elsif (/^([0-9A-F]+) (s\d+)$/) { $have{slot}{$1} = $2 }
}
$have{version} = -1 if $have{owner} ne $owner;
my $is_older = $set{version} < $have{version};
my $is_same = $set{version} == $have{version};
fact('version', $is_older ? $have{version} : $set{version});
fact('applied', $is_older ? 'no' : 'yes');

my (%stat, @workers, %sessions);
# Connections of each slot: of the current worker by its own count, of former ones (and their addresses) by their sessions.
sub count {
  @workers = workers(); my ($current, @old) = @workers;
  %stat = (); %sessions = ();
  my @columns;
  for (split /\n/, order('show stat 10 4 -1')) {
    if (/^# (.*)/) { @columns = split /,/, $1; next }
    my %row; @row{@columns} = split /,/, $_, -1;
    $stat{$row{svname}} = { open => $row{scur}, last => $row{lastsess} } if defined $row{svname} && $row{svname} =~ /^s\d+$/;
  }
  for my $pid (@old) {
    for (split /\n/, order_of($pid, 'show sess')) {
      next unless /^(0x[0-9a-f]+): .* srv=(s\d+) /;
      push @{$sessions{$2}}, [$pid, $1];
      $stat{$2}{open}++;
    }
  }
}
sub uses {
  my ($slot) = @_;
  for (sort keys %want) {
    my $one = $slot->{$_}; next unless defined $one;
    my $stat = $stat{$one}; my $last = defined $stat->{last} && $stat->{last} =~ /^\d+$/ ? $stat->{last} : -1;
    my $since = $have{since}{$one}; $last = -1 if defined $since && time - $last < $since - 1;
    my $open = $stat->{open} || 0; $last = 0 if $open;
    fact("use.$_", "$open $last");
  }
}
if ($is_older) { wake(); count(); uses($have{slot}); exit 0 }

# --- Which slot each certificate gets. One that was just freed is not given away while its connections may be open.
my $config = get('${gateConfigFile}');
my ($slots) = $config =~ /server-template s (\d+) / or failed('absent');
my (%slot, %taken);
for (sort keys %want) {
  my $one = $have{slot}{$_}; next unless defined $one && substr($one, 1) >= 1 && substr($one, 1) <= $slots && !$taken{$one};
  $slot{$_} = $one; $taken{$one} = 1;
}
my @removed = grep { !$want{$_} } sort keys %{$have{slot}};
my @added = grep { !defined $slot{$_} } sort keys %want;
my %freed = map { $have{slot}{$_} => $_ } grep { !$taken{$have{slot}{$_}} } keys %{$have{slot}};
my @free = sort { exists $have{gone}{$a} <=> exists $have{gone}{$b} || substr($a, 1) <=> substr($b, 1) }
  grep { !$taken{$_} && !$freed{$_} } map { "s$_" } 1 .. $slots;
my $grows = 0;
while (@free < @added || $slots < $set{slots}) { push @free, map { "s$_" } $slots + 1 .. 2 * $slots; $slots *= 2; $grows = 1 }
my %gone = (%{$have{gone}}, %freed);
for (@added) { my $one = shift @free; $slot{$_} = $one; $taken{$one} = 1; $have{since}{$one} = time; delete $gone{$one} }
delete $gone{$_} for keys %taken;

my $text = "# Written by Quaymaster: SHA-256 of each admitted certificate, and its slot in haproxy.cfg.\n# version $set{version}\n# owner $owner\n";
$text .= "# gone $_ $gone{$_}\n" for sort keys %gone;
$text .= "# since $_ $have{since}{$_}\n" for sort grep { $taken{$_} } keys %{$have{since}};
$text .= "$_ $slot{$_}\n" for sort keys %want;

# --- Files
my $drifted = put('${gateAdmittedFile}', $text);
$drifted += put('${gatePolicyFile}', "$set{policy}\n");
my $cas_differ = put('${gateClientsFile}', $cas); $drifted += $cas_differ;
if ($grows) { $config =~ s/server-template s \d+ /server-template s $slots /; put('${gateConfigFile}', $config) }
fact('added', $_) for @added;
fact('removed', $_) for @removed;
exit 0 if exists $set{prepare};

# --- Memory
my $woke = wake();
sub memory { my %map; for (split /\n/, order('show map ${gateAdmittedFile}')) { $map{$1} = $2 if /^0x\S+ (\S+) (\S+)/ } return %map }
my %memory = memory();
my @out = grep { !defined $slot{$_} || $slot{$_} ne $memory{$_} } keys %memory;
my @in = grep { !defined $memory{$_} || $slot{$_} ne $memory{$_} } keys %slot;
$drifted += @out + @in;
my @commands = map { "del map ${gateAdmittedFile} $_" } @out;
order_all(';', @commands);
count();
# In former workers a handshake may still be under way.
my ($current, @old) = @workers;
for my $pid (@old) { order_of($pid, $_) for map { "del map ${gateAdmittedFile} $_" } (@out, @removed) }

# --- Connections of slots that nobody has now, ended until none is left: one that was let in just before counts as well.
my %holder = (%gone, map { $memory{$_} => $_ } @out);
my %keeps = map { $_ => 1 } values %slot; $keeps{$memory{$_}} && $slot{$_} ne $memory{$_} && delete $keeps{$memory{$_}} for grep { defined $slot{$_} } @out;
my (%ended, $turn);
for $turn (1 .. 400) {
  my @open = grep { !$keeps{$_} && $stat{$_}{open} } keys %stat;
  last unless @open || ($turn == 1 && @out);
  for my $one (@open) {
    $ended{$one} = $stat{$one}{open} if $stat{$one}{open} > ($ended{$one} || 0);
    order("shutdown sessions server engine/$one");
    order_of($_->[0], "shutdown session $_->[1]") for @{$sessions{$one}};
  }
  failed('held', scalar(@open) . ' connections could not be ended') if $turn == 400;
  doze(0.003);
  count();
}
for (keys %ended) { my $who = $holder{$_}; fact("ended.$who", $ended{$_}) if defined $who }

# --- Lease
my ($lasts) = $set{policy} =~ /^strict (\d+)$/;
my $until = $lasts ? time + $lasts : ${foreverEpoch};
put('${gateLeaseFile}', "until $until\n"); order("set map ${gateLeaseFile} until $until");

# --- CAs: at run time since 2.5, in parts since 2.7 where they are longer than HAProxy's buffer; otherwise by a reload.
my $loaded = get('${gateLoadedFile}');
if ($grows && !$woke) { reload(); put('${gateLoadedFile}', $cas) }
elsif (!$woke && ($cas_differ || !defined $loaded || $loaded ne $cas)) {
  $drifted++;
  my ($name, $part, @parts) = ('${gateClientsFile}', '');
  for ($cas =~ /(-----BEGIN.*?-----END CERTIFICATE-----\n)/gs) { if (length($part) + length > 12000) { push @parts, $part; $part = '' } $part .= $_ }
  # Twice: a commit announces the names of the CAs that were loaded before it, and a docker client whose CA is not
  # announced presents no certificate.
  my $done = 1;
  for (1, 2) {
    my $verb = 'set';
    for (@parts, $part) {
      my $answer = order("$verb ssl ca-file $name <<\n$_\n");
      unless ($answer =~ /transaction (created|updated)/) { $done = 0; last }
      $verb = 'add';
    }
    $done = $done && order("commit ssl ca-file $name") =~ /Success/;
    last unless $done;
  }
  unless ($done) { order("abort ssl ca-file $name"); reload() }
  put('${gateLoadedFile}', $cas);
}

# --- Fingerprints in, and everything read back
%memory = memory();
order_all(';', map { "add map ${gateAdmittedFile} $_ $slot{$_}" } grep { !defined $memory{$_} } keys %slot);
%memory = memory() if @in || @out || $woke || $grows;
failed('readback', 'the gate admits others than it was told') if join(' ', map { "$_ $memory{$_}" } sort keys %memory) ne join(' ', map { "$_ $slot{$_}" } sort keys %slot);
failed('readback', 'the lease is not what it was told') unless order('show map ${gateLeaseFile}') =~ / until $until$/m;
count();
uses(\%slot);
fact('drifted', $is_same && $drifted ? 'yes' : 'no');
`;
