# SPDX-License-Identifier: Apache-2.0
# Completion for upsc, upscmd, upsrw, upsd, upsdrv, upsdrvctl, upslog, upspasswd, upssched and
# upsshim. Loaded under each of the names.
# shellcheck shell=bash disable=SC2207

# Sections of a file of the configuration folder: names of UPSes or users.
_ridethrough_sections() {
    sed -n 's/^[[:space:]]*\[\([^]]*\)\].*/\1/p' "${NUT_CONFPATH:-/etc/nut}/$1" 2>/dev/null
}

# What a server says there is; a server that does not answer at once says nothing.
_ridethrough_ask() {
    timeout 2 "$@" 2>/dev/null
}

_ridethrough_upses() {
    local host=""
    [[ $1 == *@* ]] && host=${1#*@}
    _ridethrough_ask upsc -l ${host:+"$host"} | sed "s/\$/${host:+@$host}/"
    [[ -n $host ]] || _ridethrough_sections ups.conf
}

# Words of the line that are neither options nor values of options.
_ridethrough_plain_words() {
    local i word skip=""
    plain=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        if [[ -n $skip ]]; then
            skip=""
        elif [[ $word == -* ]]; then
            [[ $1 == *" $word "* ]] && skip=1
        else
            plain+=("$word")
        fi
    done
}

_ridethrough_complete() {
    COMPREPLY=($(compgen -W "$1" -- "$cur"))
}

_ridethrough_client() {
    local values=" -u -p -s -t -W -A --ca --cert --key --timeout " plain
    _ridethrough_plain_words "$values"
    if [[ $cur == -* ]]; then
        _ridethrough_complete "$1"
    elif [[ ${#plain[@]} -eq 0 ]]; then
        _ridethrough_complete "$(_ridethrough_upses "$cur")"
    elif [[ ${#plain[@]} -eq 1 && -n $2 ]]; then
        _ridethrough_complete "$("$2" "${plain[0]}")"
    fi
}

_ridethrough_variables() { _ridethrough_ask upsc "$1" | sed 's/: .*//'; }
_ridethrough_commands() { _ridethrough_ask upscmd -l "$1" | sed -n 's/ - .*//p'; }
_ridethrough_writables() { _ridethrough_ask upsrw "$1" | sed -n 's/^\[\(.*\)\]$/\1=/p'; }

_ridethrough_upsdrvctl() {
    local plain
    _ridethrough_plain_words " -r -u -c -j "
    case $prev in
    -c) _ridethrough_complete "reload reload-or-error reload-or-exit exit" ;;
    -u) COMPREPLY=($(compgen -u -- "$cur")) ;;
    -r) COMPREPLY=($(compgen -d -- "$cur")) ;;
    -j) ;;
    *)
        if [[ $cur == -* ]]; then
            _ridethrough_complete "-t -F -B -D -d -l -j -r -u -c -V -h --json --return --stayoff"
        elif [[ ${#plain[@]} -eq 0 && " ${COMP_WORDS[*]} " != *" -c "* ]]; then
            _ridethrough_complete "start stop shutdown status list reload supervise"
        else
            _ridethrough_complete "$(_ridethrough_sections ups.conf)"
        fi
        ;;
    esac
}

_ridethrough_upsdrv() {
    case $prev in
    -a | -s) _ridethrough_complete "$(_ridethrough_sections ups.conf)" ;;
    -c) _ridethrough_complete "reload reload-or-error reload-or-exit exit" ;;
    -u) COMPREPLY=($(compgen -u -- "$cur")) ;;
    -g) COMPREPLY=($(compgen -g -- "$cur")) ;;
    -r) COMPREPLY=($(compgen -d -- "$cur")) ;;
    --check | --record | --replay) COMPREPLY=($(compgen -f -- "$cur")) ;;
    --describe) _ridethrough_complete "$(_ridethrough_ask upsdrv --list-plugins)" ;;
    *) _ridethrough_complete "-a -s -x -k -d -c -P -D -F -B -q -L -i -r -u -g -V -h --describe --check
        --list-plugins --json --record --replay" ;;
    esac
}

_ridethrough_upsd() {
    case $prev in
    -c) _ridethrough_complete "reload stop" ;;
    -u) COMPREPLY=($(compgen -u -- "$cur")) ;;
    -r) COMPREPLY=($(compgen -d -- "$cur")) ;;
    *) _ridethrough_complete "-c -P -D -F -B -r -u -q -t -4 -6 -V -h" ;;
    esac
}

_ridethrough_upslog() {
    case $prev in
    -s) _ridethrough_complete "$(_ridethrough_upses "$cur")" ;;
    -m) _ridethrough_complete "$(_ridethrough_upses "$cur" | sed 's/$/,/')" && compopt -o nospace ;;
    -l | -A | --ca | --cert | --key) COMPREPLY=($(compgen -f -- "$cur")) ;;
    -u) COMPREPLY=($(compgen -u -- "$cur")) ;;
    --tls) _ridethrough_complete "off try require verify" ;;
    -i | -d | -f | -p | -W) ;;
    *) _ridethrough_complete "-s -l -m -i --changes -d -f -N -j -p -u -F -B -W -A --tls --tls-direct --ca --cert
        --key --tls-name -D -V -h" ;;
    esac
}

_ridethrough_upsshim() {
    case $prev in
    --cert | --key | --ca) COMPREPLY=($(compgen -f -- "$cur")) ;;
    -t | --tls-name) COMPREPLY=($(compgen -A hostname -- "$cur")) ;;
    -u) COMPREPLY=($(compgen -u -- "$cur")) ;;
    -l | -W | -m | -p | --patience) ;;
    *) _ridethrough_complete "-s -c -l -t --direct --cert --key --ca --require-cert --allow-plain --tls-name
        --no-verify --allow-remote -W --patience -m -u -p -F -k --no-sandbox -D -V -h" ;;
    esac
}

_ridethrough_upsmon() {
    case $prev in
    -c) _ridethrough_complete "fsd stop reload" ;;
    -u) COMPREPLY=($(compgen -u -- "$cur")) ;;
    -P | -W | --for | --try) ;;
    *) _ridethrough_complete "-c -P -K -p -u -D -F -B -4 -6 -W -t -V -h --explain --drill --for --json --try" ;;
    esac
}

_ridethrough() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
    COMPREPLY=()
    case ${1##*/} in
    upsc) _ridethrough_client "-l -L -c -j --json -w --watch -W -D -A -V -h" _ridethrough_variables ;;
    upscmd) _ridethrough_client "-l -u -p -w -t -W -D -A -V -h" _ridethrough_commands ;;
    upsrw)
        if [[ $prev == -s ]]; then
            local plain
            _ridethrough_plain_words " -u -p -s -t -W -A "
            _ridethrough_complete "$(_ridethrough_writables "${plain[0]:-${COMP_WORDS[COMP_CWORD + 1]}}")"
            compopt -o nospace
        else
            _ridethrough_client "-l -s -u -p -w -t -W -D -A -V -h" ""
        fi
        ;;
    upsd) _ridethrough_upsd ;;
    upsmon) _ridethrough_upsmon ;;
    upsdrv) _ridethrough_upsdrv ;;
    upsdrvctl) _ridethrough_upsdrvctl ;;
    upslog) _ridethrough_upslog ;;
    upspasswd) _ridethrough_complete "$(_ridethrough_sections upsd.users) -h" ;;
    upsshim) _ridethrough_upsshim ;;
    upssched) _ridethrough_complete "-l -t -D -V -h" ;;
    esac
}

# Names with @ and : are one word.
COMP_WORDBREAKS=${COMP_WORDBREAKS//[@:]/}
complete -F _ridethrough upsc upscmd upsrw upsd upsdrv upsdrvctl upsmon upslog upspasswd upssched upsshim
